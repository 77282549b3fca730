// The licences of packages whose code lies inside of a bundle: most of them ask that their text goes along.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * `inputs` are the files that a bundle was made of, relative to `root`.
 * Fails for a package without a licence text, rather than leave it out.
 */
export function thirdPartyNotices(root, inputs) {
  const folders = new Set(inputs.map((f) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(f)?.[0]).filter(Boolean))
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
    const files = readdirSync(path.join(root, folder)).filter((f) => /^(licen[cs]e|notice|copying)/i.test(f))
    if (files.length === 0) throw new Error(`${name} is bundled, but has no licence text`)
    const texts = files.sort().map((f) => readFileSync(path.join(root, folder, f), 'utf8').trim())
    return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`
  })
  return `The files of this folder contain code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

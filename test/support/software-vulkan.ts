import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'

/** Files of Debian's package chromium-common that make up a GPU in software: SwiftShader, its manifest, and the Vulkan loader. */
const FILES = ['libvk_swiftshader.so', 'vk_swiftshader_icd.json', 'libvulkan.so.1']

/** Environment of a process that finds a GPU in software, or why there is none. */
export type SoftwareVulkan = { readonly env: Record<string, string> } | { readonly reason: string }

function complete(folder: string): boolean {
  return FILES.every((file) => existsSync(path.join(folder, file)))
}

function run(command: string, args: readonly string[], cwd: string): boolean {
  return spawnSync(command, args, { cwd, stdio: 'ignore', timeout: 120_000 }).status === 0
}

/** Fetches the package, without installing it, and unpacks the files; true when they are there. */
function fetchInto(folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  if (!run('apt-get', ['download', 'chromium-common'], folder)) return false
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'))
  if (archive === undefined) return false
  const unpacked = run('dpkg-deb', ['-x', archive, '.'], folder)
  rmSync(path.join(folder, archive))
  return unpacked && complete(path.join(folder, 'usr/lib/chromium'))
}

/**
 * Finds SwiftShader: a Chromium that is installed, or Debian's package, which is fetched once.
 * @param root of the repository; the package is kept under its node_modules.
 */
export function softwareVulkan(root: string): SoftwareVulkan {
  if (process.platform !== 'linux') return { reason: `no software Vulkan is known for ${process.platform}` }
  const cache = path.join(root, 'node_modules', '.cache', 'software-vulkan')
  const folders = ['/usr/lib/chromium', path.join(cache, 'usr/lib/chromium')]
  let folder = folders.find(complete)
  if (folder === undefined && fetchInto(cache)) folder = folders.find(complete)
  if (folder === undefined) {
    return { reason: 'no SwiftShader: no Chromium in /usr/lib/chromium, and apt-get cannot fetch chromium-common' }
  }
  const library = [folder, process.env['LD_LIBRARY_PATH']].filter((part) => part !== undefined && part !== '').join(':')
  return { env: { LD_LIBRARY_PATH: library, VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json') } }
}

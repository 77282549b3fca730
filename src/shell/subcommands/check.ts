import { ProgressBar } from '../progress-bar.ts'
import type { ShellStreams } from '../session.ts'
import { withSession } from './open-session.ts'

/** `nisaba check <db>`: reports what the check looked at, and each problem. @returns the exit code: 1 if there are problems. */
export async function checkFile(file: string, streams: ShellStreams): Promise<number> {
  return withSession(file, { readOnly: true }, streams, async (session) => {
    const bar = new ProgressBar(streams.messages, session.paint)
    const report = await session.database.check(({ done, total }) => {
      bar.update(done / Math.max(1, total), 0, 1, { done, total, unit: 'pages and rows' })
      return false
    })
    bar.finish()
    for (const { table, place, text } of report.problems) await session.print(`${table}, ${place}: ${text}\n`)
    const counted = (n: number, what: string) => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`
    const looked = [
      counted(report.tables, 'table'),
      counted(report.pages, 'page'),
      counted(report.rows, 'node'),
      counted(report.rels, 'rel'),
    ].join(', ')
    const verdict = report.problems.length === 0 ? 'no problems' : counted(report.problems.length, 'problem')
    await session.print(`${file}: ${looked}: ${verdict}\n`)
    return report.problems.length === 0 ? 0 : 1
  })
}

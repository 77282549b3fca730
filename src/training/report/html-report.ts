import type { EpochReport } from '../epoch-report.ts'
import { escapeText, lineChart, stackedBars } from './svg-chart.ts'

/** What a report is about. */
export interface ReportContents {
  readonly title: string
  /** Settings and results as a list of names and values, in order. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly history: readonly EpochReport[]
}

const STYLE = `body{font:14px/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse}td,th{padding:.15em .8em .15em 0;text-align:right}th:first-child,td:first-child{text-align:left}
.plots{display:flex;flex-wrap:wrap;gap:1em}`

/** @returns one HTML document with everything in it: facts, four plots as SVG, a table of the epochs. Needs no network and no script. */
export function htmlReport({ title, facts, history }: ReportContents): string {
  const seconds = (pick: (e: EpochReport) => number) => history.map((e) => pick(e) / 1000)
  const plots = [
    lineChart('Loss', [
      { name: 'training', values: history.map((e) => e.train.loss) },
      { name: 'validation', values: history.map((e) => e.validation?.loss ?? null) },
    ]),
    lineChart(
      'Accuracy',
      [
        { name: 'training', values: history.map((e) => e.train.accuracy) },
        { name: 'validation', values: history.map((e) => e.validation?.accuracy ?? null) },
      ],
      [0, 1],
    ),
    stackedBars('Seconds of the training thread', [
      { name: 'waiting', values: seconds((e) => e.time.waitMs) },
      { name: 'copying', values: seconds((e) => e.time.copyMs) },
      { name: 'training', values: seconds((e) => e.time.trainMs) },
    ]),
    stackedBars('Seconds of the loader, all threads', [
      { name: 'sampling', values: seconds((e) => e.time.sampleMs) },
      { name: 'gathering', values: seconds((e) => e.time.gatherMs) },
    ]),
    lineChart(
      'Feature rows from memory',
      [{ name: 'hit rate', values: history.map((e) => (e.rows === 0 ? null : 1 - e.rowsRead / e.rows)) }],
      [0, 1],
    ),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeText(title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeText(title)}</h1>
<table>${facts.map(([name, value]) => `<tr><td>${escapeText(name)}</td><td style="text-align:left">${escapeText(value)}</td></tr>`).join('\n')}</table>
<div class="plots">${plots.join('\n')}</div>
${epochTable(history)}
</body></html>
`
}

function epochTable(history: readonly EpochReport[]): string {
  const head = ['epoch', 'loss', 'accuracy', 'validation', 'batches', 'batches/s', 'rows', 'from the file', 'seconds']
  const rows = history.map((e) => [
    String(e.epoch + 1),
    e.train.loss.toFixed(4),
    `${(100 * e.train.accuracy).toFixed(2)} %`,
    e.validation === null ? '' : `${(100 * e.validation.accuracy).toFixed(2)} %`,
    String(e.batches),
    (e.batches / Math.max(1e-9, e.time.totalMs / 1000)).toFixed(1),
    e.rows.toLocaleString('en-US'),
    e.rowsRead.toLocaleString('en-US'),
    (e.time.totalMs / 1000).toFixed(1),
  ])
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((c) => `<${tag}>${c}</${tag}>`).join('')}</tr>`
  return `<table>${line(head, 'th')}\n${rows.map((r) => line(r, 'td')).join('\n')}</table>`
}

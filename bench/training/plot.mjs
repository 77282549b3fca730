// A picture of the experiment: time per batch by pool as a multiple of the time in memory, beside the story's.
import { laterOf, STORY } from './report.mjs'

const WIDTH = 720
const PANEL = 190
const MARGIN = { left: 48, top: 34, bottom: 30 }
const OURS = '#2b6cb0'
const THEIRS = '#c9a227'

/** @returns an SVG with one panel per direction, batch size and step: bars of ours and of the story, linear from 0, a line at 1. */
export function slowdownPlot(sections) {
  const panels = sections.flatMap((section) =>
    [...new Set(section.rows.map(({ step }) => step))].map((step) => panelOf(section, step)),
  )
  const height = panels.length * PANEL + 20
  const body = panels.map((panel, i) => `<g transform="translate(0 ${i * PANEL})">${drawPanel(panel)}</g>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${body.join('')}</svg>\n`
}

function panelOf({ direction, seeds, rows }, step) {
  const own = rows.filter((row) => row.step === step)
  const memory = laterOf(own.find(({ pool }) => pool === null).result).msPerBatch
  const bars = own
    .filter(({ pool, result }) => pool !== null && result.confined)
    .map(({ pool, result }) => ({ pool, ours: laterOf(result).msPerBatch / memory, story: STORY.get(pool) ?? null }))
  return { title: `direction ${direction}, ${seeds} seeds a batch, step: ${step} (1 = ${memory.toFixed(1)} ms)`, bars }
}

function drawPanel({ title, bars }) {
  const top = Math.max(2, ...bars.flatMap(({ ours, story }) => [ours, story ?? 0])) * 1.1
  const base = PANEL - MARGIN.bottom
  const y = (value) => base - (value / top) * (base - MARGIN.top)
  const step = (WIDTH - MARGIN.left - 20) / Math.max(1, bars.length)
  const bar = (x, value, fill) =>
    `<rect x="${x}" y="${y(value)}" width="44" height="${base - y(value)}" fill="${fill}"/><text x="${x + 22}" y="${y(value) - 3}" text-anchor="middle">${value.toFixed(2)}</text>`
  const drawn = bars.map(({ pool, ours, story }, i) => {
    const x = MARGIN.left + i * step + step / 2 - 48
    const theirs = story === null ? '' : bar(x + 50, story, THEIRS)
    return `${bar(x, ours, OURS)}${theirs}<text x="${x + 47}" y="${base + 16}" text-anchor="middle">pool ${pool} %</text>`
  })
  return [
    `<text x="${MARGIN.left}" y="16" font-weight="bold">${title}</text>`,
    `<rect x="${WIDTH - 190}" y="6" width="10" height="10" fill="${OURS}"/><text x="${WIDTH - 176}" y="16">nisaba</text>`,
    `<rect x="${WIDTH - 110}" y="6" width="10" height="10" fill="${THEIRS}"/><text x="${WIDTH - 96}" y="16">the story</text>`,
    `<line x1="${MARGIN.left}" x2="${WIDTH - 10}" y1="${base}" y2="${base}" stroke="#333"/>`,
    `<line x1="${MARGIN.left}" x2="${WIDTH - 10}" y1="${y(1)}" y2="${y(1)}" stroke="#888" stroke-dasharray="4 3"/><text x="${MARGIN.left - 6}" y="${y(1) + 4}" text-anchor="end">1</text>`,
    ...drawn,
  ].join('')
}

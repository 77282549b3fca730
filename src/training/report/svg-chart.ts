/** One line of a chart, or one layer of stacked bars: a value per epoch; null where there is none. */
export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
}

const WIDTH = 460
const HEIGHT = 240
const LEFT = 54
const BOTTOM = 34
const TOP = 30
const COLOURS = ['#3366cc', '#dc3912', '#109618', '#ff9900', '#990099']

/** Text made safe for HTML and SVG. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** A number as an axis shows it. */
function label(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return value.toExponential(1)
  return Number(value.toPrecision(3)).toString()
}

interface Scale {
  readonly x: (epoch: number) => number
  readonly y: (value: number) => number
}

function frame(title: string, scale: Scale, low: number, high: number, epochs: number): string {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low))
  const lines = ticks.map((value) => {
    const y = scale.y(value).toFixed(1)
    return `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y}" y2="${y}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y}" dy="4" text-anchor="end">${label(value)}</text>`
  })
  const step = Math.max(1, Math.ceil(epochs / 8))
  const below = Array.from({ length: Math.ceil(epochs / step) }, (_, i) => i * step).map(
    (epoch) =>
      `<text x="${scale.x(epoch).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${epoch + 1}</text>`,
  )
  return `<text x="${WIDTH / 2}" y="16" text-anchor="middle" font-weight="bold">${escapeText(title)}</text>${lines.join('')}${below.join('')}`
}

function legend(series: readonly Series[]): string {
  return series
    .map(({ name }, i) => {
      const x = LEFT + 10 + i * Math.floor((WIDTH - LEFT) / Math.max(1, series.length))
      return `<rect x="${x}" y="${HEIGHT - 10}" width="10" height="8" fill="${COLOURS[i % COLOURS.length]}"/><text x="${x + 14}" y="${HEIGHT - 2}">${escapeText(name)}</text>`
    })
    .join('')
}

function svg(body: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 4}" width="${WIDTH}" height="${HEIGHT + 4}" font-family="sans-serif" font-size="11" role="img">${body}</svg>`
}

function scaleFor(low: number, high: number, epochs: number, inset: number): Scale {
  const plotWidth = WIDTH - LEFT - 10 - 2 * inset
  return {
    x: (epoch) => LEFT + inset + (epochs <= 1 ? plotWidth / 2 : (epoch * plotWidth) / (epochs - 1)),
    y: (value) => HEIGHT - BOTTOM - ((value - low) * (HEIGHT - BOTTOM - TOP)) / (high - low || 1),
  }
}

/** @returns an SVG element with one line per series over epochs. */
export function lineChart(title: string, series: readonly Series[], range?: readonly [number, number]): string {
  const all = series.flatMap(({ values }) => values.filter((v): v is number => v !== null))
  const [low, high] = range ?? [Math.min(0, ...all), Math.max(...all, 1e-9)]
  const epochs = Math.max(...series.map(({ values }) => values.length), 1)
  const scale = scaleFor(low, high, epochs, 4)
  const lines = series.map(({ values }, i) => {
    const points = values.flatMap((v, epoch) =>
      v === null ? [] : [`${scale.x(epoch).toFixed(1)},${scale.y(v).toFixed(1)}`],
    )
    const colour = COLOURS[i % COLOURS.length]
    const dots = points.map((p) => `<circle cx="${p.split(',')[0]}" cy="${p.split(',')[1]}" r="2" fill="${colour}"/>`)
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join('')}`
  })
  return svg(frame(title, scale, low, high, epochs) + lines.join('') + legend(series))
}

/** @returns an SVG element with one bar per epoch, the series on top of each other. */
export function stackedBars(title: string, series: readonly Series[]): string {
  const epochs = Math.max(...series.map(({ values }) => values.length), 1)
  const total = (epoch: number) => series.reduce((sum, { values }) => sum + (values[epoch] ?? 0), 0)
  const high = Math.max(...Array.from({ length: epochs }, (_, epoch) => total(epoch)), 1e-9)
  const width = Math.min(36, ((WIDTH - LEFT - 20) / epochs) * 0.8)
  const scale = scaleFor(0, high, epochs, width / 2 + 2)
  const bars: string[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    let below = 0
    series.forEach(({ values }, i) => {
      const value = values[epoch] ?? 0
      const y = scale.y(below + value)
      bars.push(
        `<rect x="${(scale.x(epoch) - width / 2).toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${(scale.y(below) - y).toFixed(1)}" fill="${COLOURS[i % COLOURS.length]}"/>`,
      )
      below += value
    })
  }
  return svg(frame(title, scale, 0, high, epochs) + bars.join('') + legend(series))
}

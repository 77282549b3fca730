const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** @returns bytes of a size such as `512MB`, `1.5G` or `4096` (units of 1024), or null if it is none. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?B)?$/i.exec(text.trim())
  if (match === null) return null
  const unit = UNITS.indexOf(`${match[2]!.toUpperCase()}B`)
  return Math.floor(Number(match[1]) * 1024 ** unit)
}

/** @returns a size for people: `0 B`, `1.2 KB`, `345 MB`. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit]}`
}

import type { Candidate, Completion } from './complete.ts'
import type { Knowledge } from './knowledge.ts'
import type { Place } from './place.ts'

/**
 * Completes a file name. Only its last part is replaced. A folder ends with a slash and a file with the quote that was opened; hidden files
 * are offered only when the dot is typed.
 */
export function completeFile(place: Place, text: string, knowledge: Knowledge): Completion {
  const slash = place.typed.lastIndexOf('/') + 1
  const folder = place.typed.slice(0, slash)
  const typed = place.typed.slice(slash)
  const quote = text[place.start - 1] ?? ''
  const closing = (quote === "'" || quote === '"') && text[place.end] !== quote ? quote : ''
  const names = knowledge.list(folder).filter((n) => n.startsWith(typed) && (typed !== '' || !n.startsWith('.')))
  const candidates = names.map((name): Candidate => {
    const written = closing === '' && quote === '' ? name : name.replace(/[\\'"]/g, '\\$&')
    return { text: written, label: name, detail: '', suffix: name.endsWith('/') ? '' : closing }
  })
  return { start: place.start + slash, end: place.end, candidates }
}

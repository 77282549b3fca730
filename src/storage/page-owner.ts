import type { PageOwner } from '../bufferpool/buffer-pool.ts'
import type { PageId } from '../bufferpool/page-source.ts'
import type { ColumnBase } from './column-base.ts'
import { type CsrGroup, groupPages, PAGE_ELEMENTS } from './csr-format.ts'
import { CHUNK_SHIFT } from './read-view.ts'
import type { NodeTableState, RelTableState, TableState } from './transaction-table-state.ts'

/** A structure of a table that a page belongs to: its name, and the column that it is about. */
interface Part {
  readonly part: string
  readonly columnId: number | null
}

/**
 * Finds what a page belongs to, for the text of an error.
 * @param tables the bases that may refer to the page. @returns null if none does.
 * Facts: tableId, columnId (null unless the page is a column's), part. Cost: a look at every chunk, for errors only.
 */
export function pageOwner(tables: Iterable<TableState>, pageId: PageId): PageOwner | null {
  for (const state of tables) {
    const found = state.kind === 'node' ? partOfNode(state, pageId) : partOfRel(state, pageId)
    if (found === null) continue
    const { part, columnId } = found
    return {
      text: `${part} of table ${state.schema.name}`,
      facts: { tableId: state.tableId, columnId, part, table: state.schema.name },
    }
  }
  return null
}

function partOfNode({ base }: NodeTableState, pageId: PageId): Part | null {
  const { deleted, keyIndex } = base
  if (deleted !== null && isIn(deleted, pageId)) return { part: 'set of deleted rows', columnId: null }
  for (const part of keyIndex.parts) {
    if (part.kind === 'hash' && isIn(part, pageId)) return { part: 'primary key index', columnId: null }
  }
  return partOfColumns(base.columns, pageId)
}

function partOfRel({ base }: RelTableState, pageId: PageId): Part | null {
  const lists =
    partOfLists(base.fwd ?? [], 'lists by source', pageId) ?? partOfLists(base.bwd ?? [], 'lists by target', pageId)
  return lists ?? partOfColumns(base.columns, pageId)
}

function partOfColumns(columns: readonly ColumnBase[], pageId: PageId): Part | null {
  for (const { columnId, chunks } of columns) {
    if (chunks.some((chunk) => isIn(chunk, pageId))) return { part: `column ${columnId}`, columnId }
  }
  return null
}

function partOfLists(groups: readonly CsrGroup[], name: string, pageId: PageId): Part | null {
  for (let g = 0; g < groups.length; g++) {
    const group = groups[g]!
    if (!isIn({ firstPage: group.firstPage, pageCount: groupPages(group) }, pageId)) continue
    const content = contentOf(group, pageId - group.firstPage).join(' and ')
    return { part: `${content} in the ${name} of nodes from ${g * 2 ** CHUNK_SHIFT} on`, columnId: null }
  }
  return null
}

/** @returns what lies in a page of a group: its elements are offsets, then neighbours, then rel ids. */
function contentOf(group: CsrGroup, page: number): string[] {
  const neighboursAt = group.nodeCount + 1
  const relIdsAt = neighboursAt + group.relCount
  const first = page * PAGE_ELEMENTS
  const end = first + PAGE_ELEMENTS
  const content: string[] = []
  if (first < neighboursAt) content.push('offsets')
  if (first < relIdsAt && end > neighboursAt) content.push('neighbours')
  if (group.firstRelId < 0 && end > relIdsAt) content.push('rel ids')
  return content
}

function isIn({ firstPage, pageCount }: { firstPage: PageId; pageCount: number }, pageId: PageId): boolean {
  return pageId >= firstPage && pageId < firstPage + pageCount
}

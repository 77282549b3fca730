import { box } from './box.ts'
import { column } from './column.ts'
import { csv } from './csv.ts'
import { graph } from './graph.ts'
import { html } from './html.ts'
import { json, jsonlines } from './json.ts'
import { latex } from './latex.ts'
import { line } from './line.ts'
import { list } from './list.ts'
import { markdown } from './markdown.ts'
import type { OutputMode } from './modes.ts'
import type { Renderer } from './renderer.ts'
import { table } from './table.ts'
import { trash } from './trash.ts'
import { tsv } from './tsv.ts'

/** What writes results in each mode. */
export const RENDERERS: Readonly<Record<OutputMode, Renderer>> = {
  box,
  table,
  column,
  line,
  list,
  csv,
  tsv,
  json,
  jsonlines,
  markdown,
  html,
  latex,
  graph,
  trash,
}

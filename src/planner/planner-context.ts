import type { Catalog } from '../catalog/catalog.ts'
import type { TableStatistics } from '../catalog/table-statistics.ts'
import type { FileSource } from '../plan/operator.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'

/** What the planner asks about files; the caller gives an object that may read them. */
export interface FileDescriber {
  /**
   * Resolves patterns, chooses the format (by extension unless `format` names one) and sniffs columns.
   * @param paths paths or patterns as written.
   * @param options options as written, upper-case names.
   * @param expected columns that the rows must have, where that is known: text files are then not asked for theirs.
   * @throws {DatabaseError} IO when nothing matches; BAD_FILE for content that cannot be understood; BINDER for a bad option.
   */
  describe(
    paths: readonly string[],
    format: string | null,
    options: Readonly<Record<string, Value>>,
    byColumn: boolean,
    expected: readonly { readonly name: string; readonly type: LogicalType }[] | null,
  ): FileSource
}

/** Settings of a session that change what a statement means. */
export interface PlannerSettings {
  readonly varLengthExtendMaxDepth: number
  readonly recursivePatternSemantic: 'WALK' | 'TRAIL' | 'ACYCLIC'
  /** Whether map() refuses duplicate and NULL keys. */
  readonly checkMapKeys: boolean
}

/**
 * Gives the value of a literal that a template left open (see `parser/statement-template.ts`). The plan then holds for all values of which `judge` says
 * the same, so whoever asks must look at nothing else of the value.
 */
export type OpenLiteral = (judge: (value: Value) => unknown) => Value

/** What is known of a parameter when a statement is planned. */
export interface PlannerParameter {
  readonly type: LogicalType
  /** Undefined for parameters of the user: their values never decide about a plan. */
  readonly literal?: OpenLiteral
}

/** Everything that planning reads; one snapshot, so that the same text gives the same plan. */
export interface PlannerContext {
  readonly catalog: Catalog
  readonly statistics: TableStatistics
  /** The given parameters by name. One that is not given has the type ANY. */
  readonly parameters: ReadonlyMap<string, PlannerParameter>
  readonly settings: PlannerSettings
  readonly files: FileDescriber
  /** The whole query text that the spans of the syntax tree refer to. */
  readonly text: string
}

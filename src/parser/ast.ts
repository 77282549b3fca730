import type { Span } from '../errors/span.ts'

/*
 * The syntax tree: what the text says, with names as they were typed and nothing looked up. Every node is plain data
 * (no methods, no cycles, nothing shared), carries the `span` of its own text, and is discriminated by `kind` where it
 * belongs to a union. Optional parts are `undefined`, repeated parts are arrays that may be empty. No keys are ever left out.
 */

/** A name as typed (back-quotes removed). Comparison is the binder's: names are case-insensitive. */
export interface Name {
  readonly text: string
  readonly span: Span
}

// ---------------------------------------------------------------------------------------------------------------------
// Expressions
// ---------------------------------------------------------------------------------------------------------------------

/** Every expression; discriminated by `kind`. */
export type Expression =
  | LiteralExpression
  | ParameterExpression
  | VariableExpression
  | PropertyExpression
  | StarExpression
  | OperatorExpression
  | CallExpression
  | CastExpression
  | CaseExpression
  | ListExpression
  | StructExpression
  | IndexExpression
  | SliceExpression
  | LambdaExpression
  | QuantifierExpression
  | SubqueryExpression
  | PatternExpression

/**
 * A constant. Integers are a `number` when safe and a `bigint` otherwise, without a sign (`-5` is `negate` of 5) and
 * without an upper bound; floats (`1.5`, `.5`, `1e3`) are numbers; strings have their escapes resolved.
 */
export type LiteralExpression =
  | { readonly kind: 'literal'; readonly type: 'integer'; readonly value: number | bigint; readonly span: Span }
  | { readonly kind: 'literal'; readonly type: 'float'; readonly value: number; readonly span: Span }
  | { readonly kind: 'literal'; readonly type: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'literal'; readonly type: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'literal'; readonly type: 'null'; readonly value: null; readonly span: Span }

/** `$name` or `$1`; `name` is without the dollar sign. */
export interface ParameterExpression {
  readonly kind: 'parameter'
  readonly name: string
  readonly span: Span
}

/** A bare name. */
export interface VariableExpression {
  readonly kind: 'variable'
  readonly name: string
  readonly span: Span
}

/** `object.property`: a property of a node or relationship, or a field of a struct. */
export interface PropertyExpression {
  readonly kind: 'property'
  readonly object: Expression
  readonly property: Name
  readonly span: Span
}

/** `*` as a projection item (`object` undefined) or `object.*`. The latter parses anywhere; only as a whole item it has a meaning. */
export interface StarExpression {
  readonly kind: 'star'
  readonly object: Expression | undefined
  readonly span: Span
}

/** Operators with one operand. `factorial` is the postfix `!`. */
export type UnaryOperator = 'NOT' | 'negate' | 'factorial' | 'IS NULL' | 'IS NOT NULL'

/** Operators with two operands. `|`, `&`, `<<`, `>>` work on the bits of integers. */
export type BinaryOperator =
  | 'OR'
  | 'XOR'
  | 'AND'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '|'
  | '&'
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'IN'
  | 'STARTS WITH'
  | 'ENDS WITH'
  | 'CONTAINS'
  | '=~'

/** An operator with its operands in the order of the text (`IN`: element, then list). Chains lean to the left. */
export type OperatorExpression =
  | {
      readonly kind: 'operator'
      readonly operator: UnaryOperator
      readonly operands: readonly [Expression]
      readonly span: Span
    }
  | {
      readonly kind: 'operator'
      readonly operator: BinaryOperator
      readonly operands: readonly [Expression, Expression]
      readonly span: Span
    }

/** One argument of a call; `name` is set for `name := value`. */
export interface Argument {
  readonly name: Name | undefined
  readonly value: Expression
  readonly span: Span
}

/** `name(args)`, `name(DISTINCT args)`, `count(*)` (then `star` is true and there are no arguments). */
export interface CallExpression {
  readonly kind: 'call'
  readonly name: Name
  readonly args: readonly Argument[]
  readonly distinct: boolean
  readonly star: boolean
  readonly span: Span
}

/** `CAST(operand AS type)`. The form `cast(x, 'TYPE')` is an ordinary call. */
export interface CastExpression {
  readonly kind: 'cast'
  readonly operand: Expression
  readonly type: TypeNode
  readonly span: Span
}

/** `CASE [subject] WHEN when THEN result … [ELSE otherwise] END`. At least one branch. */
export interface CaseExpression {
  readonly kind: 'case'
  readonly subject: Expression | undefined
  readonly branches: readonly CaseBranch[]
  readonly otherwise: Expression | undefined
  readonly span: Span
}

/** One `WHEN … THEN …`. */
export interface CaseBranch {
  readonly when: Expression
  readonly result: Expression
}

/** `[a, b]`; a hole as in `[1,,2]` is a null literal with an empty span. */
export interface ListExpression {
  readonly kind: 'list'
  readonly elements: readonly Expression[]
  readonly span: Span
}

/** `{a: 1, 'odd key': 2}`; at least one field, names may repeat. */
export interface StructExpression {
  readonly kind: 'struct'
  readonly fields: readonly NamedExpression[]
  readonly span: Span
}

/** `name: value` of a struct literal or of the property map of a pattern. */
export interface NamedExpression {
  readonly name: Name
  readonly value: Expression
}

/** `object[index]`. */
export interface IndexExpression {
  readonly kind: 'index'
  readonly object: Expression
  readonly index: Expression
  readonly span: Span
}

/** `object[from:to]`, either end may be missing; both ends belong to the slice. */
export interface SliceExpression {
  readonly kind: 'slice'
  readonly object: Expression
  readonly from: Expression | undefined
  readonly to: Expression | undefined
  readonly span: Span
}

/** `x -> body` or `(x, y) -> body`; occurs only as an argument of a call. */
export interface LambdaExpression {
  readonly kind: 'lambda'
  readonly parameters: readonly Name[]
  readonly body: Expression
  readonly span: Span
}

/** `all(variable IN list WHERE condition)` and its kin. */
export interface QuantifierExpression {
  readonly kind: 'quantifier'
  readonly quantifier: 'all' | 'any' | 'none' | 'single'
  readonly variable: Name
  readonly list: Expression
  readonly where: Expression
  readonly span: Span
}

/** `EXISTS { MATCH … WHERE … }` or `COUNT { … }`; may use variables from outside. */
export interface SubqueryExpression {
  readonly kind: 'subquery'
  readonly mode: 'exists' | 'count'
  readonly match: MatchClause
  readonly span: Span
}

/** A bare pattern used as a predicate: true when it has a match. At least one relationship, no path variable. */
export interface PatternExpression {
  readonly kind: 'pattern'
  readonly pattern: PathPattern
  readonly span: Span
}

// ---------------------------------------------------------------------------------------------------------------------
// Types
// ---------------------------------------------------------------------------------------------------------------------

/**
 * A type as written; `text` is its exact source. `DECIMAL(18, 3)` is `named` with numbers, `STRUCT(a INT64)` and
 * `UNION(…)` are `fields`, `T[]` is a `list`, `T[3]` an `array`.
 */
export type TypeNode =
  | {
      readonly kind: 'named'
      readonly name: string
      readonly numbers: readonly number[]
      readonly text: string
      readonly span: Span
    }
  | {
      readonly kind: 'fields'
      readonly name: 'STRUCT' | 'UNION'
      readonly fields: readonly TypeField[]
      readonly text: string
      readonly span: Span
    }
  | {
      readonly kind: 'map'
      readonly key: TypeNode
      readonly value: TypeNode
      readonly text: string
      readonly span: Span
    }
  | { readonly kind: 'list'; readonly element: TypeNode; readonly text: string; readonly span: Span }
  | {
      readonly kind: 'array'
      readonly element: TypeNode
      readonly length: number
      readonly text: string
      readonly span: Span
    }

/** A named, typed field of a struct or union, or a column of LOAD WITH HEADERS. */
export interface TypeField {
  readonly name: Name
  readonly type: TypeNode
}

// ---------------------------------------------------------------------------------------------------------------------
// Patterns
// ---------------------------------------------------------------------------------------------------------------------

/** `p = (a)-[e]->(b)…`: `nodes.length === rels.length + 1`; `rels[i]` lies between `nodes[i]` and `nodes[i + 1]`. */
export interface PathPattern {
  readonly variable: Name | undefined
  readonly nodes: readonly NodePattern[]
  readonly rels: readonly RelPattern[]
  readonly span: Span
}

/** `(v:A:B {p: e})`. `labels` are alternatives (A or B), written `:A:B` or `:A|B`; none means every node table. */
export interface NodePattern {
  readonly variable: Name | undefined
  readonly labels: readonly Name[]
  readonly properties: readonly NamedExpression[]
  readonly span: Span
}

/** `-[v:R|S {p: e}]->`. `labels` are alternatives; none means every rel table. */
export interface RelPattern {
  readonly variable: Name | undefined
  readonly labels: readonly Name[]
  /** As written between the left and the right node: `right` is `-[]->`, `left` is `<-[]-`, `both` is `-[]-`. */
  readonly direction: 'right' | 'left' | 'both'
  readonly properties: readonly NamedExpression[]
  readonly recursive: RecursivePart | undefined
  readonly span: Span
}

/** What recursive paths may repeat, or which of them are kept; undefined stands for the session's setting. */
export type PathSemantics =
  | 'walk'
  | 'trail'
  | 'acyclic'
  | 'shortest'
  | 'all shortest'
  | 'weighted shortest'
  | 'all weighted shortest'

/** `* SEMANTICS lower..upper (relVariable, nodeVariable | WHERE … | {rel props}, {node props})`. */
export interface RecursivePart {
  readonly semantics: PathSemantics | undefined
  /** The property summed by the weighted kinds, else undefined. */
  readonly weight: Name | undefined
  /** `*n` gives both bounds; undefined where the text has none. */
  readonly lower: number | undefined
  readonly upper: number | undefined
  readonly inner: RecursiveInner | undefined
  readonly span: Span
}

/** The part in parentheses: names for the relationships and intermediate nodes of the path. */
export interface RecursiveInner {
  readonly relVariable: Name
  readonly nodeVariable: Name
  readonly where: Expression | undefined
  /** Undefined: every property; empty: none. Items are `v.p` expressions, perhaps with an alias. */
  readonly relItems: readonly ProjectionItem[] | undefined
  readonly nodeItems: readonly ProjectionItem[] | undefined
  readonly span: Span
}

/** HINT of a MATCH: a tree over the variables of its nodes and relationships. */
export type JoinHint =
  | { readonly kind: 'variable'; readonly name: Name; readonly span: Span }
  | { readonly kind: 'join'; readonly left: JoinHint; readonly right: JoinHint; readonly span: Span }
  /** `a MULTI_JOIN b MULTI_JOIN c …`: a multiway intersection of at least two inputs. */
  | { readonly kind: 'multi-join'; readonly inputs: readonly JoinHint[]; readonly span: Span }

// ---------------------------------------------------------------------------------------------------------------------
// Queries
// ---------------------------------------------------------------------------------------------------------------------

/** Single queries joined by UNION; `unions[i]` stands between `parts[i]` and `parts[i + 1]`. */
export interface Query {
  readonly parts: readonly SingleQuery[]
  readonly unions: readonly ('distinct' | 'all')[]
  readonly span: Span
}

/** Clauses in the order of the text. The last one is RETURN or an updating clause; RETURN stands only there. */
export interface SingleQuery {
  readonly clauses: readonly Clause[]
  readonly span: Span
}

/** Every clause; discriminated by `kind`. */
export type Clause =
  | MatchClause
  | UnwindClause
  | LoadClause
  | CallClause
  | WithClause
  | ReturnClause
  | CreateClause
  | MergeClause
  | SetClause
  | DeleteClause

/** `[OPTIONAL] MATCH patterns [WHERE] [HINT]`. */
export interface MatchClause {
  readonly kind: 'match'
  readonly optional: boolean
  readonly patterns: readonly PathPattern[]
  readonly where: Expression | undefined
  readonly hint: JoinHint | undefined
  readonly span: Span
}

/** `UNWIND list AS variable`. */
export interface UnwindClause {
  readonly kind: 'unwind'
  readonly list: Expression
  readonly variable: Name
  readonly span: Span
}

/** `LOAD [WITH HEADERS (…)] FROM source [(options)] [WHERE]` as a reading clause. */
export interface LoadClause {
  readonly kind: 'load'
  /** Undefined without WITH HEADERS. */
  readonly headers: readonly TypeField[] | undefined
  readonly source: ScanSource
  readonly options: readonly Option[]
  readonly where: Expression | undefined
  readonly span: Span
}

/** `CALL f(…) [WHERE] [YIELD …]` as a reading clause. */
export interface CallClause {
  readonly kind: 'call'
  readonly call: CallExpression
  readonly where: Expression | undefined
  /** Empty without YIELD. */
  readonly yields: readonly YieldItem[]
  readonly span: Span
}

/** `name [AS alias]` of a YIELD. */
export interface YieldItem {
  readonly name: Name
  readonly alias: Name | undefined
}

/** `WITH projection [WHERE]`. */
export interface WithClause {
  readonly kind: 'with'
  readonly projection: Projection
  readonly where: Expression | undefined
  readonly span: Span
}

/** `RETURN projection`. */
export interface ReturnClause {
  readonly kind: 'return'
  readonly projection: Projection
  readonly span: Span
}

/** `[DISTINCT] items [ORDER BY …] [SKIP …] [LIMIT …]`. A bare `*` is an item with a star expression, always the first. */
export interface Projection {
  readonly distinct: boolean
  readonly items: readonly ProjectionItem[]
  readonly orderBy: readonly SortItem[]
  readonly skip: Expression | undefined
  readonly limit: Expression | undefined
  readonly span: Span
}

/** `expression [AS alias]`; `expression.span` is the range of its source text. */
export interface ProjectionItem {
  readonly expression: Expression
  readonly alias: Name | undefined
  readonly span: Span
}

/** One key of ORDER BY. */
export interface SortItem {
  readonly expression: Expression
  readonly descending: boolean
  readonly span: Span
}

/** `CREATE patterns`. */
export interface CreateClause {
  readonly kind: 'create'
  readonly patterns: readonly PathPattern[]
  readonly span: Span
}

/** `MERGE patterns [ON CREATE SET …] [ON MATCH SET …]`; the two lists may have been given in several parts. */
export interface MergeClause {
  readonly kind: 'merge'
  readonly patterns: readonly PathPattern[]
  readonly onCreate: readonly SetItem[]
  readonly onMatch: readonly SetItem[]
  readonly span: Span
}

/** `SET items`. */
export interface SetClause {
  readonly kind: 'set'
  readonly items: readonly SetItem[]
  readonly span: Span
}

/** `object.property = value`. */
export interface SetItem {
  readonly target: PropertyExpression
  readonly value: Expression
  readonly span: Span
}

/** `[DETACH] DELETE targets`; the binder accepts only variables. */
export interface DeleteClause {
  readonly kind: 'delete'
  readonly detach: boolean
  readonly targets: readonly Expression[]
  readonly span: Span
}

// ---------------------------------------------------------------------------------------------------------------------
// Files and options
// ---------------------------------------------------------------------------------------------------------------------

/** Where LOAD FROM and COPY FROM read. */
export type ScanSource =
  /** `'path'`, `['a', 'b']`, `GLOB('pattern')`, or `('a.npy', 'b.npy') BY COLUMN` (then `byColumn`). */
  | {
      readonly kind: 'files'
      readonly paths: readonly string[]
      readonly byColumn: boolean
      readonly span: Span
    }
  /** `(query)`. */
  | { readonly kind: 'query'; readonly query: Query; readonly span: Span }
  /** `table`, `database.table` or a variable of the host language. */
  | { readonly kind: 'object'; readonly path: readonly Name[]; readonly span: Span }
  /** `$parameter`. */
  | { readonly kind: 'parameter'; readonly name: string; readonly span: Span }
  /** `f(…)`. */
  | { readonly kind: 'function'; readonly call: CallExpression; readonly span: Span }

/** `name = value`, `name value` or a bare `name` (value undefined, which means true). */
export interface Option {
  readonly name: Name
  readonly value: Expression | undefined
  readonly span: Span
}

// ---------------------------------------------------------------------------------------------------------------------
// Statements
// ---------------------------------------------------------------------------------------------------------------------

/** Every statement; discriminated by `kind`. */
export type Statement =
  | QueryStatement
  | ExplainStatement
  | CallFunctionStatement
  | SetOptionStatement
  | CreateNodeTableStatement
  | CreateRelTableStatement
  | CreateSequenceStatement
  | CreateTypeStatement
  | CreateMacroStatement
  | AlterTableStatement
  | DropStatement
  | CommentStatement
  | CopyFromStatement
  | CopyToStatement
  | ExportDatabaseStatement
  | ImportDatabaseStatement
  | AttachStatement
  | DetachStatement
  | UseStatement
  | ExtensionStatement
  | TransactionStatement
  | CheckpointStatement

/** Reading and updating clauses. */
export interface QueryStatement {
  readonly kind: 'query'
  readonly query: Query
  readonly span: Span
}

/** `EXPLAIN`, `EXPLAIN LOGICAL` or `PROFILE` before a statement. */
export interface ExplainStatement {
  readonly kind: 'explain'
  readonly mode: 'physical' | 'logical' | 'profile'
  readonly statement: Statement
  readonly span: Span
}

/** `CALL f(…)` alone: a function that works by its effect. */
export interface CallFunctionStatement {
  readonly kind: 'call-function'
  readonly call: CallExpression
  readonly span: Span
}

/** `CALL name = value`: a setting. */
export interface SetOptionStatement {
  readonly kind: 'set-option'
  readonly name: Name
  readonly value: Expression
  readonly span: Span
}

/** A column of CREATE TABLE. */
export interface ColumnDefinition {
  readonly name: Name
  readonly type: TypeNode
  readonly default: Expression | undefined
  readonly span: Span
}

/** `CREATE NODE TABLE`. With `query` (AS) there are no columns and no key: the first result column is the key. */
export interface CreateNodeTableStatement {
  readonly kind: 'create-node-table'
  readonly name: Name
  readonly ifNotExists: boolean
  readonly columns: readonly ColumnDefinition[]
  /** The column named by PRIMARY KEY in either form; defined unless `query` is. */
  readonly primaryKey: Name | undefined
  readonly query: Query | undefined
  readonly span: Span
}

/** `FROM from TO to`. */
export interface RelEndpoints {
  readonly from: Name
  readonly to: Name
  readonly span: Span
}

/** `CREATE REL TABLE`. */
export interface CreateRelTableStatement {
  readonly kind: 'create-rel-table'
  readonly name: Name
  readonly ifNotExists: boolean
  /** At least one. */
  readonly endpoints: readonly RelEndpoints[]
  readonly columns: readonly ColumnDefinition[]
  /** As typed, e.g. `MANY_ONE`; the binder knows the four words. */
  readonly multiplicity: Name | undefined
  readonly options: readonly Option[]
  readonly query: Query | undefined
  readonly span: Span
}

/** `CREATE SEQUENCE`; parts that the text leaves out are undefined, `NO MINVALUE` and `NO MAXVALUE` likewise. */
export interface CreateSequenceStatement {
  readonly kind: 'create-sequence'
  readonly name: Name
  readonly ifNotExists: boolean
  readonly increment: number | bigint | undefined
  readonly minValue: number | bigint | undefined
  readonly maxValue: number | bigint | undefined
  readonly start: number | bigint | undefined
  readonly cycle: boolean
  readonly span: Span
}

/** `CREATE TYPE name AS type`. */
export interface CreateTypeStatement {
  readonly kind: 'create-type'
  readonly name: Name
  readonly type: TypeNode
  readonly span: Span
}

/** `CREATE MACRO name(a, b := literal) AS body`. */
export interface CreateMacroStatement {
  readonly kind: 'create-macro'
  readonly name: Name
  readonly parameters: readonly MacroParameter[]
  readonly body: Expression
  readonly span: Span
}

/** A parameter of a macro; those with a default come last. */
export interface MacroParameter {
  readonly name: Name
  readonly default: Expression | undefined
}

/** `ALTER TABLE table change`. */
export interface AlterTableStatement {
  readonly kind: 'alter-table'
  readonly table: Name
  readonly change: TableChange
  readonly span: Span
}

/** What ALTER TABLE does. */
export type TableChange =
  | { readonly kind: 'add-column'; readonly ifNotExists: boolean; readonly column: ColumnDefinition }
  | { readonly kind: 'drop-column'; readonly ifExists: boolean; readonly column: Name }
  | { readonly kind: 'rename-column'; readonly column: Name; readonly to: Name }
  | { readonly kind: 'rename-table'; readonly to: Name }
  | { readonly kind: 'add-endpoints'; readonly ifNotExists: boolean; readonly endpoints: RelEndpoints }
  | { readonly kind: 'drop-endpoints'; readonly ifExists: boolean; readonly endpoints: RelEndpoints }

/** `DROP TABLE`, `DROP SEQUENCE`, `DROP MACRO`. */
export interface DropStatement {
  readonly kind: 'drop'
  readonly what: 'table' | 'sequence' | 'macro'
  readonly name: Name
  readonly ifExists: boolean
  readonly span: Span
}

/** `COMMENT ON TABLE table IS 'text'`. */
export interface CommentStatement {
  readonly kind: 'comment'
  readonly table: Name
  readonly text: string
  readonly span: Span
}

/** `COPY table[(columns)] FROM source [(options)]`. */
export interface CopyFromStatement {
  readonly kind: 'copy-from'
  readonly table: Name
  /** Undefined without a column list. */
  readonly columns: readonly Name[] | undefined
  readonly source: ScanSource
  readonly options: readonly Option[]
  readonly span: Span
}

/** `COPY (query) TO 'path' [(options)]`. */
export interface CopyToStatement {
  readonly kind: 'copy-to'
  readonly query: Query
  readonly path: string
  readonly options: readonly Option[]
  readonly span: Span
}

/** `EXPORT DATABASE 'dir' [(options)]`. */
export interface ExportDatabaseStatement {
  readonly kind: 'export-database'
  readonly path: string
  readonly options: readonly Option[]
  readonly span: Span
}

/** `IMPORT DATABASE 'dir'`. */
export interface ImportDatabaseStatement {
  readonly kind: 'import-database'
  readonly path: string
  readonly span: Span
}

/** `ATTACH 'path' [AS alias] (dbtype type [, options])`. */
export interface AttachStatement {
  readonly kind: 'attach'
  readonly path: string
  readonly alias: Name | undefined
  readonly databaseType: Name
  readonly options: readonly Option[]
  readonly span: Span
}

/** `DETACH database`. */
export interface DetachStatement {
  readonly kind: 'detach'
  readonly database: Name
  readonly span: Span
}

/** `USE database`. */
export interface UseStatement {
  readonly kind: 'use'
  readonly database: Name
  readonly span: Span
}

/** `[FORCE] INSTALL e [FROM 'url']`, `LOAD [EXTENSION] e`, `UPDATE e`, `UNINSTALL e`. */
export interface ExtensionStatement {
  readonly kind: 'extension'
  readonly action: 'install' | 'load' | 'update' | 'uninstall'
  /** A name, or a path given as a string to LOAD. */
  readonly extension: string
  readonly force: boolean
  readonly repository: string | undefined
  readonly span: Span
}

/** `BEGIN TRANSACTION [READ ONLY]`, `COMMIT`, `ROLLBACK`. */
export interface TransactionStatement {
  readonly kind: 'transaction'
  readonly action: 'begin' | 'begin read only' | 'commit' | 'rollback'
  readonly span: Span
}

/** `CHECKPOINT`. */
export interface CheckpointStatement {
  readonly kind: 'checkpoint'
  readonly span: Span
}

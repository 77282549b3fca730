import type { IToken } from 'chevrotain'
import type {
  AlterTableStatement,
  ColumnDefinition,
  CommentStatement,
  CreateMacroStatement,
  CreateNodeTableStatement,
  CreateRelTableStatement,
  CreateSequenceStatement,
  CreateTypeStatement,
  DropStatement,
  MacroParameter,
  Name,
  Option,
  RelEndpoints,
  TableChange,
} from '../ast.ts'
import { integerOf } from '../build-expression.ts'
import { KEYWORD, LITERAL, NameToken, SYMBOL } from '../tokens.ts'
import { nameOf, type Rule, textOf } from './base-grammar.ts'
import { QueryGrammar } from './query-grammar.ts'

/** A column and whether PRIMARY KEY follows it. */
interface KeyedColumn {
  readonly column: ColumnDefinition
  readonly isKey: boolean
}

type SequencePart = 'increment' | 'minValue' | 'maxValue' | 'start' | 'cycle'

/** CREATE, ALTER, DROP and COMMENT of tables, sequences, types and macros. */
export abstract class DefinitionGrammar extends QueryGrammar {
  private readonly ifNotExists: Rule<boolean> = this.rule('ifNotExists', () => {
    const found = this.OPTION({
      GATE: () => this.ahead(KEYWORD.IF, KEYWORD.NOT),
      DEF: () => {
        this.CONSUME(KEYWORD.IF)
        this.CONSUME(KEYWORD.NOT)
        this.CONSUME(KEYWORD.EXISTS)
        return true
      },
    })
    return found ?? false
  })

  private readonly ifExists: Rule<boolean> = this.rule('ifExists', () => {
    const found = this.OPTION({
      GATE: () => this.ahead(KEYWORD.IF, KEYWORD.EXISTS),
      DEF: () => {
        this.CONSUME(KEYWORD.IF)
        this.CONSUME(KEYWORD.EXISTS)
        return true
      },
    })
    return found ?? false
  })

  protected readonly createNodeTable: Rule<CreateNodeTableStatement> = this.rule('createNodeTable', () => {
    const first = this.CONSUME(KEYWORD.CREATE)
    this.CONSUME(KEYWORD.NODE)
    this.CONSUME(KEYWORD.TABLE)
    const ifNotExists = this.SUBRULE(this.ifNotExists)
    const name = nameOf(this.CONSUME(NameToken))
    const body = this.OR([
      { ALT: () => ({ ...this.SUBRULE(this.nodeColumns), query: undefined }) },
      {
        ALT: () => {
          this.CONSUME(KEYWORD.AS)
          return { columns: [], primaryKey: undefined, query: this.SUBRULE(this.query) }
        },
      },
    ])
    return { kind: 'create-node-table', name, ifNotExists, ...body, span: this.spanFrom(first) }
  })

  /** `(columns [, PRIMARY KEY (name)])`. */
  private readonly nodeColumns: Rule<{ columns: ColumnDefinition[]; primaryKey: Name | undefined }> = this.rule(
    'nodeColumns',
    () => {
      const first = this.CONSUME(SYMBOL.leftParen)
      const columns = [this.SUBRULE(this.keyedColumn)]
      this.MANY({
        GATE: () => !this.ahead(SYMBOL.comma, KEYWORD.PRIMARY),
        DEF: () => {
          this.CONSUME(SYMBOL.comma)
          columns.push(this.SUBRULE2(this.keyedColumn))
        },
      })
      const separateKey = this.OPTION(() => {
        this.CONSUME2(SYMBOL.comma)
        this.CONSUME(KEYWORD.PRIMARY)
        this.CONSUME(KEYWORD.KEY)
        this.CONSUME2(SYMBOL.leftParen)
        const key = nameOf(this.CONSUME(NameToken))
        this.CONSUME2(SYMBOL.rightParen)
        return key
      })
      this.CONSUME(SYMBOL.rightParen)
      return this.ACTION(() => ({
        columns: columns.map(({ column }) => column),
        primaryKey: this.primaryKeyOf(first, columns, separateKey),
      }))
    },
  )

  private primaryKeyOf(open: IToken, columns: readonly KeyedColumn[], separate: Name | undefined): Name {
    const keys = columns.filter(({ isKey }) => isKey).map(({ column }) => column.name)
    if (separate !== undefined && !keys.some((key) => key.text.toLowerCase() === separate.text.toLowerCase())) {
      keys.push(separate)
    }
    const [key, second] = keys
    if (second !== undefined) return this.refuse('Found multiple primary keys.', second.span)
    return key ?? this.refuse('Can not find primary key.', this.spanFrom(open))
  }

  private readonly keyedColumn: Rule<KeyedColumn> = this.rule('keyedColumn', () => {
    const column = this.SUBRULE(this.columnDefinition)
    const isKey = this.OPTION(() => {
      this.CONSUME(KEYWORD.PRIMARY)
      this.CONSUME(KEYWORD.KEY)
      return true
    })
    return { column, isKey: isKey ?? false }
  })

  /** `name TYPE [DEFAULT expression]`. */
  private readonly columnDefinition: Rule<ColumnDefinition> = this.rule('columnDefinition', () => {
    const first = this.LA(1)
    const field = this.SUBRULE(this.typeField)
    const value = this.OPTION(() => {
      this.CONSUME(KEYWORD.DEFAULT)
      return this.SUBRULE(this.expression)
    })
    return { ...field, default: value, span: this.spanFrom(first) }
  })

  protected readonly createRelTable: Rule<CreateRelTableStatement> = this.rule('createRelTable', () => {
    const first = this.CONSUME(KEYWORD.CREATE)
    this.CONSUME(KEYWORD.REL)
    this.CONSUME(KEYWORD.TABLE)
    this.OPTION({
      GATE: () => !this.ahead(KEYWORD.GROUP, SYMBOL.leftParen),
      DEF: () => this.CONSUME(KEYWORD.GROUP),
    })
    const ifNotExists = this.SUBRULE(this.ifNotExists)
    const name = nameOf(this.CONSUME(NameToken))
    const body = this.SUBRULE(this.relBody)
    const options = this.OPTION2((): Option[] => {
      this.CONSUME(KEYWORD.WITH)
      return this.SUBRULE(this.options)
    })
    const query = this.OPTION3({
      // Columns would come from the query's result.
      GATE: () => body.columns.length === 0,
      DEF: () => {
        this.CONSUME(KEYWORD.AS)
        return this.SUBRULE(this.query)
      },
    })
    const span = this.spanFrom(first)
    return { kind: 'create-rel-table', name, ifNotExists, ...body, options: options ?? [], query, span }
  })

  /** `(FROM a TO b, … [, columns] [, MULTIPLICITY])`. */
  private readonly relBody: Rule<Pick<CreateRelTableStatement, 'endpoints' | 'columns' | 'multiplicity'>> = this.rule(
    'relBody',
    () => {
      this.CONSUME(SYMBOL.leftParen)
      const endpoints = [this.SUBRULE(this.endpoints)]
      const columns: ColumnDefinition[] = []
      let multiplicity: Name | undefined
      this.MANY({
        GATE: () => multiplicity === undefined,
        DEF: () => {
          this.CONSUME(SYMBOL.comma)
          this.OR({
            IGNORE_AMBIGUITIES: true,
            ERR_MSG: 'FROM … TO …, a column or a multiplicity such as MANY_ONE',
            DEF: [
              {
                GATE: () => columns.length === 0 && this.atEndpoints(),
                ALT: () => endpoints.push(this.SUBRULE2(this.endpoints)),
              },
              {
                GATE: () => this.ahead(NameToken, SYMBOL.rightParen),
                ALT: () => {
                  multiplicity = nameOf(this.CONSUME(NameToken))
                },
              },
              { ALT: () => columns.push(this.SUBRULE(this.columnDefinition)) },
            ],
          })
        },
      })
      this.CONSUME(SYMBOL.rightParen)
      return { endpoints, columns, multiplicity }
    },
  )

  /** FROM also is a fine name of a column. */
  private atEndpoints(): boolean {
    return this.ahead(KEYWORD.FROM, NameToken, KEYWORD.TO)
  }

  private readonly endpoints: Rule<RelEndpoints> = this.rule('endpoints', () => {
    const first = this.CONSUME(KEYWORD.FROM)
    const from = nameOf(this.CONSUME(NameToken))
    this.CONSUME(KEYWORD.TO)
    const to = nameOf(this.CONSUME2(NameToken))
    return { from, to, span: this.spanFrom(first) }
  })

  protected readonly createSequence: Rule<CreateSequenceStatement> = this.rule('createSequence', () => {
    const first = this.CONSUME(KEYWORD.CREATE)
    this.CONSUME(KEYWORD.SEQUENCE)
    const ifNotExists = this.SUBRULE(this.ifNotExists)
    const name = nameOf(this.CONSUME(NameToken))
    const parts = new Map<SequencePart, number | bigint | boolean | undefined>()
    this.MANY(() => this.sequencePart(parts))
    const numberOf = (part: SequencePart): number | bigint | undefined => {
      const value = parts.get(part)
      return typeof value === 'boolean' ? undefined : value
    }
    return {
      kind: 'create-sequence',
      name,
      ifNotExists,
      increment: numberOf('increment'),
      minValue: numberOf('minValue'),
      maxValue: numberOf('maxValue'),
      start: numberOf('start'),
      cycle: parts.get('cycle') === true,
      span: this.spanFrom(first),
    }
  })

  /** One option of a sequence. Part of `createSequence`. */
  private sequencePart(parts: Map<SequencePart, number | bigint | boolean | undefined>): void {
    const first = this.LA(1)
    const no = this.OPTION(() => this.CONSUME(KEYWORD.NO)) !== undefined
    const part = this.OR<SequencePart>([
      { GATE: () => !no, ALT: () => this.sequenceWord(KEYWORD.INCREMENT, KEYWORD.BY, 'increment') },
      { GATE: () => !no, ALT: () => this.sequenceWord(KEYWORD.START, KEYWORD.WITH, 'start') },
      { ALT: () => this.word(KEYWORD.MINVALUE, 'minValue') },
      { ALT: () => this.word(KEYWORD.MAXVALUE, 'maxValue') },
      { ALT: () => this.word(KEYWORD.CYCLE, 'cycle') },
    ])
    const value = this.OPTION4({
      GATE: () => !no && part !== 'cycle',
      DEF: () => this.SUBRULE(this.signedInteger),
    })
    this.ACTION(() => {
      const keyword = part.toUpperCase()
      if (parts.has(part)) this.refuse(`${keyword} should be passed at most once.`, this.spanFrom(first))
      if (part === 'cycle') parts.set(part, !no)
      else if (no || value !== undefined) parts.set(part, value)
      else this.unexpected(this.LA(1), `an integer after ${keyword}`)
    })
  }

  private sequenceWord<T extends SequencePart>(keyword: IToken['tokenType'], filler: IToken['tokenType'], part: T): T {
    this.CONSUME(keyword)
    if (part === 'increment') this.OPTION2(() => this.CONSUME(filler))
    else this.OPTION3(() => this.CONSUME(filler))
    return part
  }

  private readonly signedInteger: Rule<number | bigint> = this.rule('signedInteger', () => {
    const minus = this.OPTION(() => this.CONSUME(SYMBOL.minus))
    const token = this.CONSUME(LITERAL.integer)
    return this.ACTION(() => {
      const value = integerOf(token)
      return minus === undefined ? value : -value
    })
  })

  protected readonly createType: Rule<CreateTypeStatement> = this.rule('createType', () => {
    const first = this.CONSUME(KEYWORD.CREATE)
    this.CONSUME(KEYWORD.TYPE)
    const name = nameOf(this.CONSUME(NameToken))
    this.CONSUME(KEYWORD.AS)
    return { kind: 'create-type', name, type: this.SUBRULE(this.type), span: this.spanFrom(first) }
  })

  protected readonly createMacro: Rule<CreateMacroStatement> = this.rule('createMacro', () => {
    const first = this.CONSUME(KEYWORD.CREATE)
    this.CONSUME(KEYWORD.MACRO)
    const name = nameOf(this.CONSUME(NameToken))
    const parameters: MacroParameter[] = []
    this.CONSUME(SYMBOL.leftParen)
    this.MANY_SEP({ SEP: SYMBOL.comma, DEF: () => parameters.push(this.SUBRULE(this.macroParameter)) })
    this.CONSUME(SYMBOL.rightParen)
    this.CONSUME(KEYWORD.AS)
    const body = this.SUBRULE(this.expression)
    this.ACTION(() => {
      const bare = parameters.find((parameter, i) => i > 0 && !parameter.default && parameters[i - 1]?.default)
      if (bare) this.fail(`Parameter ${bare.name.text} needs a default value like those before it.`, bare.name.span)
    })
    return { kind: 'create-macro', name, parameters, body, span: this.spanFrom(first) }
  })

  private readonly macroParameter: Rule<MacroParameter> = this.rule('macroParameter', () => {
    const name = nameOf(this.CONSUME(NameToken))
    const value = this.OPTION(() => {
      this.CONSUME(SYMBOL.assign)
      return this.SUBRULE(this.expression)
    })
    return { name, default: value }
  })

  protected readonly alterTable: Rule<AlterTableStatement> = this.rule('alterTable', () => {
    const first = this.CONSUME(KEYWORD.ALTER)
    this.CONSUME(KEYWORD.TABLE)
    const table = nameOf(this.CONSUME(NameToken))
    const change = this.OR<TableChange>([
      { ALT: () => this.SUBRULE(this.addChange) },
      { ALT: () => this.SUBRULE(this.dropChange) },
      { ALT: () => this.SUBRULE(this.renameChange) },
    ])
    return { kind: 'alter-table', table, change, span: this.spanFrom(first) }
  })

  private readonly addChange: Rule<TableChange> = this.rule('addChange', () => {
    this.CONSUME(KEYWORD.ADD)
    const ifNotExists = this.SUBRULE(this.ifNotExists)
    return this.OR<TableChange>({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a column or FROM … TO …',
      DEF: [
        {
          GATE: () => this.atEndpoints(),
          ALT: () => ({ kind: 'add-endpoints', ifNotExists, endpoints: this.SUBRULE(this.endpoints) }),
        },
        { ALT: () => ({ kind: 'add-column', ifNotExists, column: this.SUBRULE(this.columnDefinition) }) },
      ],
    })
  })

  private readonly dropChange: Rule<TableChange> = this.rule('dropChange', () => {
    this.CONSUME(KEYWORD.DROP)
    const ifExists = this.SUBRULE(this.ifExists)
    return this.OR<TableChange>({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a column or FROM … TO …',
      DEF: [
        {
          GATE: () => this.atEndpoints(),
          ALT: () => ({ kind: 'drop-endpoints', ifExists, endpoints: this.SUBRULE(this.endpoints) }),
        },
        { ALT: () => ({ kind: 'drop-column', ifExists, column: nameOf(this.CONSUME(NameToken)) }) },
      ],
    })
  })

  private readonly renameChange: Rule<TableChange> = this.rule('renameChange', () => {
    this.CONSUME(KEYWORD.RENAME)
    return this.OR<TableChange>({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a column or TO',
      DEF: [
        {
          GATE: () => this.ahead(NameToken, KEYWORD.TO, NameToken),
          ALT: () => {
            const column = nameOf(this.CONSUME(NameToken))
            this.CONSUME(KEYWORD.TO)
            return { kind: 'rename-column', column, to: nameOf(this.CONSUME2(NameToken)) }
          },
        },
        {
          ALT: () => {
            this.CONSUME2(KEYWORD.TO)
            return { kind: 'rename-table', to: nameOf(this.CONSUME3(NameToken)) }
          },
        },
      ],
    })
  })

  protected readonly drop: Rule<DropStatement> = this.rule('drop', () => {
    const first = this.CONSUME(KEYWORD.DROP)
    const what = this.OR<DropStatement['what']>([
      { ALT: () => this.word(KEYWORD.TABLE, 'table') },
      { ALT: () => this.word(KEYWORD.SEQUENCE, 'sequence') },
      { ALT: () => this.word(KEYWORD.MACRO, 'macro') },
    ])
    const ifExists = this.SUBRULE(this.ifExists)
    const name = nameOf(this.CONSUME(NameToken))
    return { kind: 'drop', what, name, ifExists, span: this.spanFrom(first) }
  })

  protected readonly comment: Rule<CommentStatement> = this.rule('comment', () => {
    const first = this.CONSUME(KEYWORD.COMMENT)
    this.CONSUME(KEYWORD.ON)
    this.CONSUME(KEYWORD.TABLE)
    const table = nameOf(this.CONSUME(NameToken))
    this.CONSUME(KEYWORD.IS)
    const text = textOf(this.CONSUME(LITERAL.string))
    return { kind: 'comment', table, text, span: this.spanFrom(first) }
  })
}

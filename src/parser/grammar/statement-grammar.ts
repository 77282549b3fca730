import type {
  AttachStatement,
  CopyFromStatement,
  CopyToStatement,
  DetachStatement,
  ExplainStatement,
  ExportDatabaseStatement,
  ExtensionStatement,
  ImportDatabaseStatement,
  Name,
  Option,
  Query,
  SetOptionStatement,
  Statement,
  TransactionStatement,
  UseStatement,
} from '../ast.ts'
import { KEYWORD, LITERAL, NameToken, SYMBOL } from '../tokens.ts'
import { nameOf, type Rule, spanOf, textOf } from './base-grammar.ts'
import { DefinitionGrammar } from './definition-grammar.ts'

const A_STATEMENT = 'a statement such as MATCH, RETURN, CREATE or COPY'

/**
 * The whole grammar; `statements` is the rule to start with. Building one costs some tens of milliseconds, so that
 * parse.ts keeps a single one. Not re-entrant.
 */
export class CypherGrammar extends DefinitionGrammar {
  /** @param validate whether Chevrotain checks the grammar for ambiguities (slow: for tests). */
  constructor(validate = false) {
    super(validate)
    this.performSelfAnalysis()
  }

  /** Statements separated by semicolons, up to the end of the text. */
  readonly statements: Rule<Statement[]> = this.rule('statements', () => {
    const statements = [this.SUBRULE(this.statement)]
    this.MANY(() => {
      this.CONSUME(SYMBOL.semicolon)
      this.OPTION(() => statements.push(this.SUBRULE2(this.statement)))
    })
    return statements
  })

  private readonly statement: Rule<Statement> = this.rule('statement', () =>
    this.OR<Statement>({
      ERR_MSG: A_STATEMENT,
      DEF: [{ ALT: () => this.SUBRULE(this.explain) }, { ALT: () => this.SUBRULE(this.plainStatement) }],
    }),
  )

  private readonly explain: Rule<ExplainStatement> = this.rule('explain', () => {
    const first = this.LA(1)
    const mode = this.OR<ExplainStatement['mode']>([
      {
        ALT: () => {
          this.CONSUME(KEYWORD.EXPLAIN)
          return this.OPTION(() => this.word(KEYWORD.LOGICAL, 'logical')) ?? 'physical'
        },
      },
      { ALT: () => this.word(KEYWORD.PROFILE, 'profile') },
    ])
    const statement = this.SUBRULE(this.plainStatement)
    return { kind: 'explain', mode, statement, span: this.spanFrom(first) }
  })

  private readonly plainStatement: Rule<Statement> = this.rule('plainStatement', () =>
    this.OR<Statement>({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: A_STATEMENT,
      DEF: [
        {
          GATE: () => this.ahead(KEYWORD.CREATE, KEYWORD.NODE, KEYWORD.TABLE),
          ALT: () => this.SUBRULE(this.createNodeTable),
        },
        {
          GATE: () => this.ahead(KEYWORD.CREATE, KEYWORD.REL, KEYWORD.TABLE),
          ALT: () => this.SUBRULE(this.createRelTable),
        },
        {
          GATE: () => this.ahead(KEYWORD.CREATE, KEYWORD.SEQUENCE, NameToken),
          ALT: () => this.SUBRULE(this.createSequence),
        },
        { GATE: () => this.ahead(KEYWORD.CREATE, KEYWORD.TYPE, NameToken), ALT: () => this.SUBRULE(this.createType) },
        { GATE: () => this.ahead(KEYWORD.CREATE, KEYWORD.MACRO, NameToken), ALT: () => this.SUBRULE(this.createMacro) },
        { ALT: () => this.SUBRULE(this.alterTable) },
        { ALT: () => this.SUBRULE(this.drop) },
        { ALT: () => this.SUBRULE(this.comment) },
        { GATE: () => this.ahead(KEYWORD.COPY, SYMBOL.leftParen), ALT: () => this.SUBRULE(this.copyTo) },
        { ALT: () => this.SUBRULE(this.copyFrom) },
        { GATE: () => this.ahead(KEYWORD.CALL, NameToken, SYMBOL.equal), ALT: () => this.SUBRULE(this.setOption) },
        { GATE: () => !this.ahead(KEYWORD.DETACH, KEYWORD.DELETE), ALT: () => this.SUBRULE(this.detach) },
        { GATE: () => !this.atLoadFrom(), ALT: () => this.SUBRULE(this.extension) },
        { ALT: () => this.SUBRULE(this.exportDatabase) },
        { ALT: () => this.SUBRULE(this.importDatabase) },
        { ALT: () => this.SUBRULE(this.attach) },
        { ALT: () => this.SUBRULE(this.use) },
        { ALT: () => this.SUBRULE(this.transaction) },
        { ALT: () => ({ kind: 'checkpoint', span: spanOf(this.CONSUME(KEYWORD.CHECKPOINT)) }) },
        { ALT: () => this.queryStatement(this.SUBRULE(this.query)) },
      ],
    }),
  )

  /** A query, or the statement that a lone CALL is. */
  private queryStatement(query: Query): Statement {
    return this.ACTION<Statement>(() => {
      const clauses = query.parts[0]?.clauses ?? []
      const [clause] = clauses
      const isCall = query.parts.length === 1 && clauses.length === 1 && clause?.kind === 'call'
      if (isCall) return { kind: 'call-function', call: clause.call, span: query.span }
      return { kind: 'query', query, span: query.span }
    })
  }

  private readonly copyTo: Rule<CopyToStatement> = this.rule('copyTo', () => {
    const first = this.CONSUME(KEYWORD.COPY)
    this.CONSUME(SYMBOL.leftParen)
    const query = this.SUBRULE(this.query)
    this.CONSUME(SYMBOL.rightParen)
    this.CONSUME(KEYWORD.TO)
    const path = textOf(this.CONSUME(LITERAL.string))
    const options = this.OPTION(() => this.SUBRULE(this.options)) ?? []
    return { kind: 'copy-to', query, path, options, span: this.spanFrom(first) }
  })

  private readonly copyFrom: Rule<CopyFromStatement> = this.rule('copyFrom', () => {
    const first = this.CONSUME(KEYWORD.COPY)
    const table = nameOf(this.CONSUME(NameToken))
    const columns = this.OPTION(() => {
      const names: Name[] = []
      this.CONSUME(SYMBOL.leftParen)
      this.MANY_SEP({ SEP: SYMBOL.comma, DEF: () => names.push(nameOf(this.CONSUME2(NameToken))) })
      this.CONSUME(SYMBOL.rightParen)
      return names
    })
    this.CONSUME(KEYWORD.FROM)
    const source = this.SUBRULE(this.scanSource)
    const options = this.OPTION2(() => this.SUBRULE(this.options)) ?? []
    return { kind: 'copy-from', table, columns, source, options, span: this.spanFrom(first) }
  })

  private readonly setOption: Rule<SetOptionStatement> = this.rule('setOption', () => {
    const first = this.CONSUME(KEYWORD.CALL)
    const name = nameOf(this.CONSUME(NameToken))
    this.CONSUME(SYMBOL.equal)
    return { kind: 'set-option', name, value: this.SUBRULE(this.expression), span: this.spanFrom(first) }
  })

  private readonly exportDatabase: Rule<ExportDatabaseStatement> = this.rule('exportDatabase', () => {
    const first = this.CONSUME(KEYWORD.EXPORT)
    this.CONSUME(KEYWORD.DATABASE)
    const path = textOf(this.CONSUME(LITERAL.string))
    const options = this.OPTION(() => this.SUBRULE(this.options)) ?? []
    return { kind: 'export-database', path, options, span: this.spanFrom(first) }
  })

  private readonly importDatabase: Rule<ImportDatabaseStatement> = this.rule('importDatabase', () => {
    const first = this.CONSUME(KEYWORD.IMPORT)
    this.CONSUME(KEYWORD.DATABASE)
    const path = textOf(this.CONSUME(LITERAL.string))
    return { kind: 'import-database', path, span: this.spanFrom(first) }
  })

  private readonly attach: Rule<AttachStatement> = this.rule('attach', () => {
    const first = this.CONSUME(KEYWORD.ATTACH)
    const path = textOf(this.CONSUME(LITERAL.string))
    const alias = this.OPTION(() => {
      this.CONSUME(KEYWORD.AS)
      return nameOf(this.CONSUME(NameToken))
    })
    this.CONSUME(SYMBOL.leftParen)
    const word = this.CONSUME2(NameToken)
    this.ACTION(() => {
      if (textOf(word).toLowerCase() !== 'dbtype')
        this.fail(`Invalid input <${word.image}>: expected DBTYPE`, spanOf(word))
    })
    this.OPTION2(() => this.CONSUME(SYMBOL.equal))
    const type = this.OR([{ ALT: () => this.CONSUME3(NameToken) }, { ALT: () => this.CONSUME2(LITERAL.string) }])
    const databaseType = this.ACTION(() => nameOf(type))
    const options: Option[] = []
    this.MANY(() => {
      this.CONSUME(SYMBOL.comma)
      options.push(this.SUBRULE(this.optionItem))
    })
    this.CONSUME(SYMBOL.rightParen)
    return { kind: 'attach', path, alias, databaseType, options, span: this.spanFrom(first) }
  })

  private readonly detach: Rule<DetachStatement> = this.rule('detach', () => {
    const first = this.CONSUME(KEYWORD.DETACH)
    return { kind: 'detach', database: nameOf(this.CONSUME(NameToken)), span: this.spanFrom(first) }
  })

  private readonly use: Rule<UseStatement> = this.rule('use', () => {
    const first = this.CONSUME(KEYWORD.USE)
    return { kind: 'use', database: nameOf(this.CONSUME(NameToken)), span: this.spanFrom(first) }
  })

  /** LOAD FROM and LOAD WITH HEADERS read a file; any other LOAD is for an extension. */
  private atLoadFrom(): boolean {
    return this.ahead(KEYWORD.LOAD, KEYWORD.FROM) || this.ahead(KEYWORD.LOAD, KEYWORD.WITH)
  }

  private readonly extension: Rule<ExtensionStatement> = this.rule('extension', () => {
    const first = this.LA(1)
    let force = false
    let repository: string | undefined
    const action = this.OR<ExtensionStatement['action']>([
      {
        ALT: () => {
          force = this.OPTION(() => this.CONSUME(KEYWORD.FORCE)) !== undefined
          return this.word(KEYWORD.INSTALL, 'install')
        },
      },
      {
        ALT: () => {
          this.CONSUME(KEYWORD.LOAD)
          this.OPTION2({
            GATE: () => this.isNext(2, NameToken) || this.isNext(2, LITERAL.string),
            DEF: () => this.CONSUME(KEYWORD.EXTENSION),
          })
          return 'load'
        },
      },
      { ALT: () => this.word(KEYWORD.UPDATE, 'update') },
      { ALT: () => this.word(KEYWORD.UNINSTALL, 'uninstall') },
    ])
    const extension = this.OR2([
      { ALT: () => textOf(this.CONSUME(NameToken)) },
      { GATE: () => action === 'load', ALT: () => textOf(this.CONSUME(LITERAL.string)) },
    ])
    this.OPTION3({
      GATE: () => action === 'install',
      DEF: () => {
        this.CONSUME(KEYWORD.FROM)
        repository = textOf(this.CONSUME2(LITERAL.string))
      },
    })
    return { kind: 'extension', action, extension, force, repository, span: this.spanFrom(first) }
  })

  private readonly transaction: Rule<TransactionStatement> = this.rule('transaction', () => {
    const first = this.LA(1)
    const action = this.OR<TransactionStatement['action']>([
      {
        ALT: () => {
          this.CONSUME(KEYWORD.BEGIN)
          this.CONSUME(KEYWORD.TRANSACTION)
          const readOnly = this.OPTION(() => {
            this.CONSUME(KEYWORD.READ)
            return this.CONSUME(KEYWORD.ONLY)
          })
          return readOnly === undefined ? 'begin' : 'begin read only'
        },
      },
      { ALT: () => this.word(KEYWORD.COMMIT, 'commit') },
      { ALT: () => this.word(KEYWORD.ROLLBACK, 'rollback') },
    ])
    return { kind: 'transaction', action, span: this.spanFrom(first) }
  })
}

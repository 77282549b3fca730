// Checks that every exported declaration of src/ has a doc block, and that codes named after @throws {DatabaseError} exist.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const codes = new Set(
  [...readFileSync(path.join(root, 'src/errors/error-code.ts'), 'utf8').matchAll(/^ {2}([A-Z_]+):/gm)].map((m) => m[1]),
)
const problems = []

const DECLARATIONS = [
  ts.isFunctionDeclaration,
  ts.isClassDeclaration,
  ts.isInterfaceDeclaration,
  ts.isTypeAliasDeclaration,
  ts.isVariableStatement,
]

function isExported(node) {
  return node.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) ?? false
}

/** Constants that stand in a row under one doc block are documented by it. */
function hasDoc(source, node, previous) {
  const ranges = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []
  if (ranges.some((r) => source.text.startsWith('/**', r.pos))) return true
  const gap = previous ? source.text.slice(previous.getEnd(), node.getStart()) : '\n\n'
  return ts.isVariableStatement(node) && previous && ts.isVariableStatement(previous) && !gap.includes('\n\n')
}

function checkFile(file) {
  const text = readFileSync(file, 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const name = path.relative(root, file)
  let previous
  for (const node of source.statements) {
    if (isExported(node) && DECLARATIONS.some((is) => is(node)) && !hasDoc(source, node, previous)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      problems.push(`${name}:${line + 1}: exported without a doc block`)
    }
    previous = node
  }
  for (const match of text.matchAll(/@throws \{DatabaseError\}([^*@]*)/g)) {
    for (const word of match[1].match(/\b[A-Z][A-Z_]{3,}\b/g) ?? []) {
      if (word.includes('_') && !codes.has(word))
        problems.push(`${name}: @throws names ${word}, which is no error code`)
    }
  }
}

const files = readdirSync(path.join(root, 'src'), { recursive: true })
  .map((f) => path.join(root, 'src', f))
  .filter((f) => f.endsWith('.ts'))
for (const file of files) checkFile(file)
for (const problem of problems) console.error(problem)
console.log(`${files.length} files, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)

// Checks every import of src/ (type imports and dynamic ones too) against layers.json, and that the table itself has no cycle.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const { mayImport, external, levels } = JSON.parse(readFileSync(path.join(root, 'layers.json'), 'utf8'))
const problems = []

/** A file's layer: its folder under src/, or its own name when it lies in src/ itself. */
function layerOf(file) {
  return path.relative(path.join(root, 'src'), file).split(path.sep)[0]
}

function specifiers(file) {
  const found = []
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const visit = (node) => {
    const named = (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier
    const typed = ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && node.argument.literal
    const called =
      ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0]
    const literal = named || typed || called
    if (literal && ts.isStringLiteral(literal)) found.push(literal.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function allowsPackage(layer, name) {
  return (external[layer] ?? []).some((p) =>
    p.endsWith('/*') ? name.startsWith(p.slice(0, -1)) : p === name || name.startsWith(`${p}/`),
  )
}

const levelOf = new Map(levels.flatMap((names, i) => names.map((n) => [n, i])))
for (const [layer, targets] of Object.entries(mayImport)) {
  for (const target of targets) {
    if (!(levelOf.get(target) < levelOf.get(layer)))
      problems.push(`layers.json: ${layer} may import ${target}, which is not on a lower level`)
  }
}

const files = readdirSync(path.join(root, 'src'), { recursive: true })
  .map((f) => path.join(root, 'src', f))
  .filter((f) => f.endsWith('.ts'))
for (const file of files) {
  const layer = layerOf(file)
  if (!(layer in mayImport)) problems.push(`${path.relative(root, file)}: folder ${layer} is not in layers.json`)
  for (const specifier of specifiers(file)) {
    if (specifier.startsWith('node:')) continue
    const where = `${path.relative(root, file)}: import of '${specifier}'`
    if (!specifier.startsWith('.')) {
      if (!allowsPackage(layer, specifier)) problems.push(`${where}: ${layer} may not use this package`)
      continue
    }
    const target = layerOf(path.resolve(path.dirname(file), specifier))
    if (target !== layer && !(mayImport[layer] ?? []).includes(target))
      problems.push(`${where}: ${layer} may not import ${target}`)
  }
}

for (const problem of problems) console.error(problem)
console.log(`${files.length} files, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)

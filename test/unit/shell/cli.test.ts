import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { VERSION } from '../../../src/index.ts'
import { inFolder, nisaba } from './support/cli.ts'

describe('nisaba', function () {
  this.timeout(120_000)

  it('runs -c and -f in their order, results to standard output, the rest to standard error', () =>
    inFolder(async (cwd) => {
      writeFileSync(path.join(cwd, 'two.cypher'), '// a comment; with a semicolon\nRETURN 2 AS b')
      const run = await nisaba(
        [
          '-c',
          'CREATE NODE TABLE t(id INT64, PRIMARY KEY(id)); RETURN 1 AS a',
          '-f',
          'two.cypher',
          '-c',
          'RETURN 3 AS c',
        ],
        { cwd },
      )
      assert.deepEqual(run, { code: 0, output: 'a\n1\nb\n2\nc\n3\n', messages: 'Table t has been created.\n' })
    }))

  it('reads statements and commands from a pipe, also without a last semicolon', async () => {
    const input = "RETURN ';' AS a;\n:mode json\nRETURN 'two\nlines' AS b; RETURN 3 AS c"
    const run = await nisaba([], { input })
    assert.deepEqual(run, { code: 0, output: 'a\n;\n[{"b":"two\\nlines"}]\n[{"c":3}]\n', messages: '' })
  })

  it('ends with 1 at the first statement that fails, and tells the line of a script', async () => {
    const input = 'RETURN 1 AS a;\n\nRETURN nothing\n  AS b;\nRETURN 3 AS c;'
    const run = await nisaba([], { input })
    assert.equal(run.code, 1)
    assert.equal(run.output, 'a\n1\n')
    assert.equal(
      run.messages,
      'stdin:3: Binder exception: Variable nothing is not in scope.\n3 | RETURN nothing\n  |        ^^^^^^^\n',
    )
  })

  it('goes on with --continue, and still ends with 1', async () => {
    const run = await nisaba(['--continue', '-c', 'RETURN x; RETURN 2 AS b', '-c', ':nonsense', '-c', 'RETURN 3 AS c'])
    assert.deepEqual([run.code, run.output], [1, 'b\n2\nc\n3\n'])
    assert.match(run.messages, /Variable x is not in scope/)
    assert.match(run.messages, /Error: Unknown command :nonsense\. :help lists the commands\.\n$/)
  })

  it('ends at :quit without a word', async () => {
    const run = await nisaba(['-c', ':quit', '-c', 'RETURN 1'])
    assert.deepEqual(run, { code: 0, output: '', messages: '' })
  })

  it('keeps a database in a file, and does not write with -r', () =>
    inFolder(async (cwd) => {
      const made = await nisaba(
        [
          'x.db',
          '-d',
          '64MB',
          '--threads',
          '1',
          '-c',
          'CREATE NODE TABLE t(id INT64, PRIMARY KEY(id)); CREATE (:t {id: 1})',
        ],
        { cwd },
      )
      assert.equal(made.code, 0)
      const read = await nisaba(['-r', 'x.db', '-m', 'list', '-c', 'MATCH (n:t) RETURN n.id; CREATE (:t {id: 2})'], {
        cwd,
      })
      assert.deepEqual([read.code, read.output], [1, 'n.id\n1\n'])
      assert.match(read.messages, /read-only database/)
      const missing = await nisaba(['-r', 'y.db', '-c', 'RETURN 1'], { cwd })
      assert.equal(missing.code, 1)
      assert.doesNotMatch(missing.messages, /\n {4}at /)
    }))

  it('runs the script of -i first, whose commands hold for what follows', () =>
    inFolder(async (cwd) => {
      writeFileSync(path.join(cwd, 'init'), ':mode jsonlines\n:set x = 40 + 2\n')
      const run = await nisaba(['-i', 'init', '-c', 'RETURN $x AS x'], { cwd })
      assert.deepEqual(run, { code: 0, output: '{"x":42}\n', messages: '' })
      const missing = await nisaba(['-i', 'nowhere', '-c', 'RETURN 1'], { cwd })
      assert.equal(missing.code, 1)
      assert.match(missing.messages, /^Error: Cannot read nowhere/)
    }))

  it('draws boxes and colours only when it is asked to, away from a terminal', async () => {
    const boxed = await nisaba(['-m', 'box', '--max-rows', '2', '-c', 'UNWIND range(1, 9) AS i RETURN i'])
    assert.match(boxed.output, /^┌.*\n│ +i +│\n│ INT64 │\n├.*\n│ +1 │\n│ +· +│\n│ +9 │\n└.*\n$/)
    assert.equal(boxed.messages, '')
    const asked = await nisaba(['-m', 'box', '-c', 'RETURN NULL AS x'], { env: { FORCE_COLOR: '1' } })
    assert.ok(asked.output.includes('\u001b[90mNULL'))
    const refused = await nisaba(['-m', 'box', '--no-color', '-c', 'RETURN 1'], { env: { FORCE_COLOR: '1' } })
    assert.ok(!refused.output.includes('\u001b'))
  })

  it('writes long lists whole into csv, short into a box', async () => {
    const run = await nisaba(['-c', 'RETURN range(1, 9) AS l', '-c', ':mode box', '-c', 'RETURN range(1, 9) AS l'])
    assert.match(run.output, /^l\n"\[1,2,3,4,5,6,7,8,9\]"\n┌/)
    assert.match(run.output, /│ \[1, 2, 3, ... 9\] │/)
  })

  it('tells what is wrong with a command line', async () => {
    for (const [args, message] of [
      [['-m', 'boks'], /option '-m, --mode <mode>' argument 'boks' is invalid.*Did you mean box\?/],
      [['-d', 'much'], /A size is a number with a unit/],
      [['--threads', 'x'], /It takes a whole number/],
      [['--reed-only'], /unknown option '--reed-only'\n\(Did you mean --read-only\?\)/],
      [['inport', 'a', 'b'], /too many arguments[\s\S]*Did you mean import\?/],
      [['import', 'a'], /missing required argument 'files'/],
    ] as const) {
      const run = await nisaba(args)
      assert.deepEqual([run.code, run.output], [1, ''], args.join(' '))
      assert.match(run.messages, message)
    }
  })

  it('shows version and help', async () => {
    assert.deepEqual(await nisaba(['-v']), { code: 0, output: `${VERSION}\n`, messages: '' })
    const help = await nisaba(['--help'])
    assert.equal(help.code, 0)
    for (const option of [
      '-r,',
      '-d,',
      '--threads',
      '-m,',
      '-s,',
      '-b,',
      '-i,',
      '-p,',
      '-c,',
      '-f,',
      '--no-color',
      '--continue',
      '-v,',
      '-h,',
    ]) {
      assert.ok(help.output.includes(option), option)
    }
    assert.match((await nisaba(['check', '--help'])).output, /verify every page/)
  })

  it('writes to the file of :output, and back to standard output', () =>
    inFolder(async (cwd) => {
      const input =
        ':output a.csv\nRETURN 1 AS a; RETURN 2 AS b;\n:output\nRETURN 3 AS c;\n:once b.json\n:mode json\nRETURN 4 AS d;\nRETURN 5 AS e;\n'
      const run = await nisaba([], { cwd, input })
      assert.deepEqual(run, { code: 0, output: 'c\n3\n[{"e":5}]\n', messages: '' })
      assert.equal(readFileSync(path.join(cwd, 'a.csv'), 'utf8'), 'a\n1\nb\n2\n')
      assert.equal(readFileSync(path.join(cwd, 'b.json'), 'utf8'), '[{"d":4}]\n')
    }))
})

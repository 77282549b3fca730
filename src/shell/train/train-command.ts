import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describeBackend, describeEpoch, htmlReport, type LayerKind } from '../../training/index.ts'
import type { ShellStreams } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { withSession } from '../subcommands/open-session.ts'
import { type TrainOutcome, trainDatabase } from './train-database.ts'
import { DEFAULT_SETTINGS, type SplitSetting, type TrainSettings } from './train-settings.ts'

type Options = Readonly<Record<string, unknown>>

const MODELS = ['sage', 'gcn', 'gat', 'mlp', 'inception']

/** `nisaba train <db>`: trains, prints a line per epoch, writes a report. @returns the exit code. @throws {ShellError} {DatabaseError} */
export async function trainCommand(file: string, options: Options, streams: ShellStreams): Promise<number> {
  const settings = settingsOf(options)
  const readOnly = settings.predict === undefined
  const bufferPoolSize = options['bufferPoolSize'] as number | undefined
  return withSession(file, { readOnly, bufferPoolSize }, streams, async ({ database, connection }) => {
    const { output, messages } = streams
    const outcome = await trainDatabase(database, connection, settings, {
      onStart: (backend, { table, edgeType, classes, splits }, model) => {
        output.write(`${describeBackend(backend).join('\n')}\n`)
        output.write(
          `${settings.model} of ${model.parameterCount().toLocaleString('en-US')} parameters on ${table}, ${edgeType[1]}: ` +
            `${classes} classes, ${splits.train.length} nodes to train on, ${splits.validation.length} to validate, ${splits.test.length} to test.\n`,
        )
      },
      onBatch: (totals, batches) => {
        if (messages.isTTY !== true) return
        const loss = (totals.lossSum / totals.count).toFixed(4)
        messages.write(`\r\x1b[Kepoch ${totals.epoch + 1}: batch ${totals.batches} of ${batches}, loss ${loss}`)
      },
      onEpoch: (report) => {
        if (messages.isTTY === true) messages.write('\r\x1b[K')
        output.write(`${describeEpoch(report)}\n`)
      },
    })
    if (outcome.test !== null) {
      const { accuracy, macroF1, count } = outcome.test
      output.write(
        `test: accuracy ${(100 * accuracy).toFixed(2)} %, macro-F1 ${macroF1.toFixed(4)} on ${count} nodes.\n`,
      )
    }
    const report = (options['report'] as string | undefined) ?? 'training-report.html'
    writeFileSync(report, reportOf(file, settings, outcome))
    output.write(`Report: ${report}\n`)
    return 0
  })
}

/** The report of a run as one HTML document. */
export function reportOf(file: string, settings: TrainSettings, outcome: TrainOutcome): string {
  const { backend, graph, parameters, result, test } = outcome
  const best =
    result.best === null
      ? []
      : ([['best validation', `${(100 * result.best.score).toFixed(2)} % in epoch ${result.best.epoch + 1}`]] as const)
  const tested =
    test === null
      ? []
      : ([
          [
            'test',
            `accuracy ${(100 * test.accuracy).toFixed(2)} %, macro-F1 ${test.macroF1.toFixed(4)}, ${test.count} nodes`,
          ],
        ] as const)
  return htmlReport({
    title: `Training on ${path.basename(file)}`,
    facts: [
      ['backend', `${backend.name} (${backend.device})`],
      ...backend.passedOver.map(({ name, reason }) => ['passed over', `${name}: ${reason}`] as const),
      [
        'model',
        `${settings.model}, ${settings.fanOut.length} layers, ${settings.hidden} wide, ${parameters.toLocaleString('en-US')} parameters`,
      ],
      ['graph', `${graph.table}, ${graph.edgeType[1]} (${settings.direction}), ${graph.classes} classes`],
      ['features', settings.features.join(', ')],
      ['fan-out', settings.fanOut.join(', ')],
      ['batch size', String(settings.batchSize)],
      [
        'nodes',
        `${graph.splits.train.length} to train on, ${graph.splits.validation.length} to validate, ${graph.splits.test.length} to test`,
      ],
      ...best,
      ...tested,
    ],
    history: result.history,
  })
}

function settingsOf(options: Options): TrainSettings {
  const text = (name: string) => options[name] as string | undefined
  const number = (name: string, fallback: number) => (options[name] as number | undefined) ?? fallback
  const d = DEFAULT_SETTINGS
  const model = text('model') ?? d.model
  if (!MODELS.includes(model)) throw new ShellError(`There is no model ${model}. There are ${MODELS.join(', ')}.`)
  const fanOut = text('fanOut') === undefined ? d.fanOut : numbersOf(text('fanOut')!, '--fan-out')
  if (fanOut.some((n) => !Number.isInteger(n) || n < -1))
    throw new ShellError('--fan-out takes whole numbers; -1 takes all neighbours.')
  const batchSize = number('batchSize', d.batchSize)
  if (batchSize < 1) throw new ShellError('--batch-size takes a whole number above 0.')
  const norm = text('norm') ?? d.norm
  if (norm !== 'none' && norm !== 'batch' && norm !== 'layer')
    throw new ShellError('--norm takes none, batch or layer.')
  return {
    ...d,
    table: text('table'),
    edges: text('edges'),
    features:
      text('features')
        ?.split(',')
        .map((name) => name.trim()) ?? d.features,
    label: text('label') ?? d.label,
    split: splitOf(options),
    model: model as LayerKind | 'inception',
    hidden: number('hidden', d.hidden),
    dropout: number('dropout', d.dropout),
    norm,
    fanOut,
    direction: options['symmetric'] === true ? 'both' : 'in',
    batchSize,
    epochs: number('epochs', d.epochs),
    learningRate: number('lr', d.learningRate),
    weightDecay: number('weightDecay', d.weightDecay),
    patience: options['patience'] as number | undefined,
    backend: text('backend') as TrainSettings['backend'],
    workers: number('workers', d.workers),
    seed: number('seed', d.seed),
    impute: options['impute'] as number | undefined,
    out: text('out'),
    resume: options['resume'] === true ? path.join(text('out') ?? '.', 'checkpoint') : undefined,
    predict: text('predict'),
  }
}

function splitOf(options: Options): SplitSetting {
  const column = options['splitColumn'] as string | undefined
  if (column !== undefined) return { kind: 'column', column }
  const train = options['trainQuery'] as string | undefined
  if (train !== undefined) {
    return {
      kind: 'queries',
      train,
      validation: options['validationQuery'] as string | undefined,
      test: options['testQuery'] as string | undefined,
    }
  }
  const given = options['split'] as string | undefined
  if (given === undefined) return DEFAULT_SETTINGS.split
  const [trainShare = 0, validation = 0, test = 0, ...more] = numbersOf(given, '--split')
  const sum = trainShare + validation + test
  if (more.length > 0 || trainShare <= 0 || Math.min(validation, test) < 0 || sum > 1 + 1e-9) {
    throw new ShellError('--split takes up to three fractions that sum to at most 1, such as 0.6,0.2,0.2.')
  }
  return { kind: 'fractions', train: trainShare, validation, test }
}

function numbersOf(text: string, option: string): number[] {
  const values = text.split(',').map(Number)
  if (values.some((value) => Number.isNaN(value)))
    throw new ShellError(`${option} takes numbers separated by commas, not ${text}.`)
  return values
}

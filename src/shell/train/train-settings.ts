import type { BackendName, LayerKind } from '../../training/index.ts'

/** How the nodes that have a label are divided. */
export type SplitSetting =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'fractions'; readonly train: number; readonly validation: number; readonly test: number }
  | {
      readonly kind: 'queries'
      readonly train: string
      readonly validation?: string | undefined
      readonly test?: string | undefined
    }

/** What `nisaba train` trains, on what, and how. */
export interface TrainSettings {
  /** Node table; undefined: the only one that has the feature columns. */
  readonly table?: string | undefined
  /** Rel table from it to itself; undefined: the only one. */
  readonly edges?: string | undefined
  readonly features: readonly string[]
  readonly label: string
  readonly split: SplitSetting
  readonly model: LayerKind | 'inception'
  readonly hidden: number
  readonly dropout: number
  readonly norm: 'none' | 'batch' | 'layer'
  readonly fanOut: readonly number[]
  readonly direction: 'in' | 'both'
  readonly batchSize: number
  readonly epochs: number
  readonly learningRate: number
  readonly weightDecay: number
  readonly patience?: number | undefined
  readonly backend?: BackendName | undefined
  readonly workers: number
  readonly seed: number
  /** Stands for missing features; undefined: they are refused. */
  readonly impute?: number | undefined
  /** Folder for the weights, and for a checkpoint after each epoch. */
  readonly out?: string | undefined
  readonly resume?: string | undefined
  /** Column for the predictions. */
  readonly predict?: string | undefined
}

/** Settings that are not given. */
export const DEFAULT_SETTINGS: TrainSettings = {
  features: ['x'],
  label: 'y',
  split: { kind: 'fractions', train: 0.6, validation: 0.2, test: 0.2 },
  model: 'sage',
  hidden: 128,
  dropout: 0.3,
  norm: 'batch',
  fanOut: [10, 10],
  direction: 'in',
  batchSize: 512,
  epochs: 10,
  learningRate: 0.01,
  weightDecay: 0,
  workers: 0,
  seed: 1,
}

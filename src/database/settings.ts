import os from 'node:os'
import { DatabaseError } from '../errors/database-error.ts'
import type { PlannerSettings } from '../planner/planner-context.ts'
import type { Value } from '../types/value.ts'
import type { DatabaseConfig } from './config.ts'

type Kind = 'boolean' | 'integer' | 'string'

interface SettingDefinition {
  readonly name: string
  readonly kind: Kind
  readonly initial: (config: DatabaseConfig) => Value
  readonly description: string
}

/** `CALL name = value`. Those that tune another engine's inner parts are accepted, kept and shown, so that scripts run unchanged. */
const DEFINITIONS: readonly SettingDefinition[] = [
  {
    name: 'threads',
    kind: 'integer',
    initial: (c) => c.numThreads,
    description: 'Most threads that one query may use.',
  },
  {
    name: 'timeout',
    kind: 'integer',
    initial: () => 0,
    description: 'Milliseconds after which a query is stopped; 0: never.',
  },
  { name: 'warning_limit', kind: 'integer', initial: () => 8192, description: 'Most warnings kept per connection.' },
  { name: 'progress_bar', kind: 'boolean', initial: () => false, description: 'Whether a shell shows progress.' },
  {
    name: 'var_length_extend_max_depth',
    kind: 'integer',
    initial: () => 30,
    description: 'Upper bound of recursive rels.',
  },
  { name: 'recursive_pattern_semantic', kind: 'string', initial: () => 'WALK', description: 'WALK, TRAIL or ACYCLIC.' },
  { name: 'recursive_pattern_factor', kind: 'integer', initial: () => 100, description: 'Accepted without effect.' },
  { name: 'sparse_frontier_threshold', kind: 'integer', initial: () => 1000, description: 'Accepted without effect.' },
  { name: 'home_directory', kind: 'string', initial: () => os.homedir(), description: 'What ~ stands for in paths.' },
  {
    name: 'file_search_path',
    kind: 'string',
    initial: () => '',
    description: 'Where relative file names are looked up.',
  },
  {
    name: 'checkpoint_threshold',
    kind: 'integer',
    initial: (c) => c.checkpointThreshold,
    description: 'Bytes of changes that start a merge.',
  },
  { name: 'auto_checkpoint', kind: 'boolean', initial: (c) => c.autoCheckpoint, description: 'Merge by itself.' },
  {
    name: 'force_checkpoint_on_close',
    kind: 'boolean',
    initial: () => true,
    description: 'Merge when the database is closed.',
  },
  { name: 'spill_to_disk', kind: 'boolean', initial: () => true, description: 'Bulk loads may use temporary files.' },
  { name: 'enable_semi_mask', kind: 'boolean', initial: () => true, description: 'Accepted without effect.' },
  { name: 'enable_zone_map', kind: 'boolean', initial: () => true, description: 'Accepted without effect.' },
  { name: 'enable_plan_optimizer', kind: 'boolean', initial: () => true, description: 'Accepted without effect.' },
  { name: 'enable_internal_catalog', kind: 'boolean', initial: () => false, description: 'Accepted without effect.' },
  {
    name: 'disable_map_key_check',
    kind: 'boolean',
    initial: () => true,
    description: 'Whether map() accepts duplicate keys.',
  },
  { name: 'debug_enable_multi_writes', kind: 'boolean', initial: () => false, description: 'Accepted without effect.' },
]

const BY_NAME = new Map(DEFINITIONS.map((d) => [d.name, d]))
const SEMANTICS = ['WALK', 'TRAIL', 'ACYCLIC']

/** The settings of one connection. Names are compared without regard to case. */
export class Settings {
  readonly #values = new Map<string, Value>()
  #planner: PlannerSettings | null = null

  constructor(config: DatabaseConfig) {
    for (const d of DEFINITIONS) this.#values.set(d.name, d.initial(config))
  }

  /** @throws {DatabaseError} UNKNOWN_OPTION, TYPE_MISMATCH, INVALID_ARGUMENT. */
  set(name: string, value: Value): void {
    const key = name.toLowerCase()
    const definition = BY_NAME.get(key)
    if (definition === undefined) throw new DatabaseError('UNKNOWN_OPTION', `Invalid option name: ${name}.`)
    this.#values.set(key, checked(definition, value))
    this.#planner = null
  }

  /** Those that change what a statement means; the same object until one of the settings is set. */
  get planner(): PlannerSettings {
    if (this.#planner !== null) return this.#planner
    this.#planner = {
      varLengthExtendMaxDepth: this.number('var_length_extend_max_depth'),
      recursivePatternSemantic: this.get('recursive_pattern_semantic') as PlannerSettings['recursivePatternSemantic'],
      checkMapKeys: this.get('disable_map_key_check') === false,
    }
    return this.#planner
  }

  /** @throws {DatabaseError} RUNTIME for an unknown name. */
  get(name: string): Value {
    const value = this.#values.get(name.toLowerCase())
    if (value === undefined) throw new DatabaseError('RUNTIME', `Invalid option name: ${name}.`)
    return value
  }

  /** @returns the value as `current_setting` gives it. @throws {DatabaseError} RUNTIME for an unknown name. */
  text(name: string): string {
    return settingText(this.get(name))
  }

  number(name: string): number {
    return Number(this.get(name))
  }

  /** @returns name and value of every setting, for another thread. */
  entries(): (readonly [string, Value])[] {
    return [...this.#values]
  }

  /** @returns name, value as text and description of every setting. */
  list(): { name: string; value: string; description: string }[] {
    return DEFINITIONS.map((d) => ({ name: d.name, value: settingText(this.get(d.name)), description: d.description }))
  }
}

/** @returns a setting's value as `current_setting` gives it. */
export function settingText(value: Value): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value)
}

function checked(definition: SettingDefinition, value: Value): Value {
  if (definition.kind === 'boolean' && typeof value !== 'boolean') throw mismatch(definition, value, 'BOOL')
  if (definition.kind === 'string' && typeof value !== 'string') throw mismatch(definition, value, 'STRING')
  if (definition.kind === 'integer' && typeof value !== 'number') throw mismatch(definition, value, 'INT64')
  const least = definition.name === 'threads' ? 1 : 0
  if (typeof value === 'number' && !(Number.isInteger(value) && value >= least)) {
    const text = `${definition.name} must be a whole number, ${least} or more, not ${String(value)}.`
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }
  if (definition.name === 'recursive_pattern_semantic') {
    const upper = String(value).toUpperCase()
    if (!SEMANTICS.includes(upper)) {
      throw new DatabaseError(
        'INVALID_ARGUMENT',
        `Cannot parse ${String(value)} as a recursive pattern semantic. Supported inputs are [WALK, TRAIL, ACYCLIC].`,
      )
    }
    return upper
  }
  return value
}

function mismatch(definition: SettingDefinition, value: Value, expected: string): DatabaseError {
  return new DatabaseError(
    'TYPE_MISMATCH',
    `Expression ${String(value)} has a data type that does not match: ${definition.name} expects ${expected}.`,
  )
}

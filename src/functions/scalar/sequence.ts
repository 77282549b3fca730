import { code, type FunctionRecord, record } from '../function-record.ts'

/** Functions of sequences, which their surroundings keep. */
export const SEQUENCE_FUNCTIONS: readonly FunctionRecord[] = [
  record('NEXTVAL', 'Advances a sequence and gives its new value.', [
    {
      parameters: ['STRING'],
      returns: 'INT64',
      volatile: true,
      make: (_, context) => code((name: string) => context.nextval(name)),
    },
  ]),
  record('CURRVAL', 'The value that a sequence gave last.', [
    {
      parameters: ['STRING'],
      returns: 'INT64',
      volatile: true,
      make: (_, context) => code((name: string) => context.currval(name)),
    },
  ]),
]

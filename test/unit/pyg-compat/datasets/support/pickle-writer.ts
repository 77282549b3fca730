/** Makes pickles of protocol 2 as Python 2 with numpy and scipy does: what Planetoid's files are. */

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from('U'), Buffer.of(value.length), Buffer.from(value, 'latin1')])
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.write('J')
  bytes.writeInt32LE(value, 1)
  return bytes
}

function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`)
}

function tuple(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('('), ...parts, Buffer.from('t')])
}

function array(type: string, shape: readonly number[], data: ArrayBufferView): Buffer {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const length = Buffer.alloc(5)
  length.write('T')
  length.writeUInt32LE(raw.length, 1)
  const none = Buffer.from('N')
  const dtype = Buffer.concat([
    global('numpy', 'dtype'),
    tuple(text(type), int(0), int(1)),
    Buffer.from('Rq\x05'),
    tuple(int(3), text('<'), none, none, none, int(-1), int(-1), int(0)),
    Buffer.from('b'),
  ])
  return Buffer.concat([
    global('numpy.core.multiarray', '_reconstruct'),
    tuple(global('numpy', 'ndarray'), tuple(int(0)), text('b')),
    Buffer.from('R'),
    tuple(int(1), tuple(...shape.map(int)), dtype, Buffer.from('\x89', 'latin1'), Buffer.concat([length, raw])),
    Buffer.from('b'),
  ])
}

function pickle(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from('\x80\x02', 'latin1'), body, Buffer.from('.')])
}

/** A numpy array of int32. */
export function pickledInts(rows: readonly (readonly number[])[]): Buffer {
  return pickle(array('i4', [rows.length, rows[0]?.length ?? 0], Int32Array.from(rows.flat())))
}

/** A scipy csr_matrix of float32, its shape under the name that version had for it. */
export function pickledSparse(rows: readonly (readonly number[])[], shapeName = '_shape'): Buffer {
  const entries = rows.map((row) => row.flatMap((value, column) => (value === 0 ? [] : [{ value, column }])))
  const pointers = [0]
  for (const row of entries) pointers.push(pointers.at(-1)! + row.length)
  const flat = entries.flat()
  return pickle(
    Buffer.concat([
      global('scipy.sparse.csr', 'csr_matrix'),
      Buffer.from(')\x81}q\x01(', 'latin1'),
      text(shapeName),
      tuple(int(rows.length), int(rows[0]!.length)),
      text('maxprint'),
      int(50),
      text('indices'),
      array(
        'i4',
        [flat.length],
        Int32Array.from(flat, ({ column }) => column),
      ),
      text('indptr'),
      array('i4', [pointers.length], Int32Array.from(pointers)),
      text('data'),
      array(
        'f4',
        [flat.length],
        Float32Array.from(flat, ({ value }) => value),
      ),
      Buffer.from('ub'),
    ]),
  )
}

/** A defaultdict of lists. */
export function pickledGraph(lists: ReadonlyMap<number, readonly number[]>): Buffer {
  const items = [...lists].flatMap(([node, list]) => [int(node), Buffer.from(']('), ...list.map(int), Buffer.from('e')])
  return pickle(
    Buffer.concat([
      global('collections', 'defaultdict'),
      Buffer.from('q\x01'),
      global('__builtin__', 'list'),
      Buffer.from('\x85R(', 'latin1'),
      ...items,
      Buffer.from('u'),
    ]),
  )
}

import { writeFileSync } from 'node:fs'
import { nativeThreadSetup } from '../../../../src/util/native-thread.ts'

// stands for modules that take long to load
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
writeFileSync(process.env['LOADED_FILE']!, 'loaded')
nativeThreadSetup()

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openPageStore } from '../../../src/storage/open-page-store.ts'
import { pageStoreSuite } from '../../conformance/page-store.suite.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-page-store-'))
let files = 0

after(() => rmSync(folder, { recursive: true }))

pageStoreSuite('a file', () => openPageStore(path.join(folder, `store-${files++}`)))
pageStoreSuite('in memory', () => openPageStore(':memory:'))

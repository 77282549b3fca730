import { type FileDescription, fileDescriber } from '../executor/file-describer.ts'
import type { Settings } from './settings.ts'

/** @returns the planner's view of files under the settings that a connection has when files are looked for. */
export function describeFiles(settings: Settings): FileDescription {
  return {
    describe: (...asked) => {
      const home = String(settings.get('home_directory'))
      const searchPath = String(settings.get('file_search_path'))
      return fileDescriber({ home, searchPath }).describe(...asked)
    },
  }
}

import { type FileDescription, fileDescriber } from '../executor/file-describer.ts'
import type { Settings } from './settings.ts'

/** @returns the planner's view of files under the settings of a connection. */
export function describeFiles(settings: Settings): FileDescription {
  const home = String(settings.get('home_directory'))
  return fileDescriber({ home, searchPath: String(settings.get('file_search_path')) })
}

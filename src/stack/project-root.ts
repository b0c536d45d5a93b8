import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StackError } from './errors.js'

/** Carillon's own folder, the same whether this runs from src/ or from dist/. */
export function projectRoot(): string {
  return folderAbove('tools/temporal/go.mod')
}

/** The nearest folder above this file that has the other one. @throws StackError */
export function folderAbove(file: string): string {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, file))) return folder
  throw new StackError(`${file} is in no folder above ${here}. Is this a whole copy of Carillon?`)
}

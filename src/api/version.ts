import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The manifest of Carillon: the nearest one above this file, from src/ as from dist/, and in the image, which has little else. */
function manifest(): { version: string } {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  }
  throw new Error(`package.json is in no folder above ${here}. Is this a whole copy of Carillon?`)
}

export const { version } = manifest()

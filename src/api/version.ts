import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderAbove } from '../stack/project-root.js'

// The image has the manifest, and little else of the project.
const manifest = JSON.parse(readFileSync(join(folderAbove('package.json'), 'package.json'), 'utf8')) as {
  version: string
}

export const { version } = manifest

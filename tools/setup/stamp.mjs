import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Every file below `folder`, sorted; an absent folder has none. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      // Node 20.12 has renamed it, and Node 24 has only the new name.
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort((a, b) => (a < b ? -1 : 1))
  )
}

/** A hash of the names and contents of files and folders. By content, since git and copies change times. */
export function contentHash(root, paths) {
  const hash = createHash('sha256')
  for (const path of paths.map((path) => join(root, path))) {
    if (!existsSync(path)) continue
    const files = statSync(path).isDirectory() ? filesBelow(path) : [path]
    for (const file of files)
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0')
  }
  return hash.digest('hex')
}

export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

/** Before what it stands for is overwritten: half of it must not be taken for what was there, once the sources are again as they were. */
export function removeStamp(file) {
  rmSync(file, { force: true })
}

export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${value}\n`)
}

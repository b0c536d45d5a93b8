import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** While this file is there, processes die, until there are as many deaths as it says. */
export const armedFile = 'armed'

/** A file for each text after which one has died, with that text. */
export function deathsFolder(home: string): string {
  return join(home, 'deaths')
}

/** Those of an earlier campaign are forgotten. */
export function arm(home: string, most: number): void {
  rmSync(deathsFolder(home), { recursive: true, force: true })
  mkdirSync(deathsFolder(home), { recursive: true })
  writeFileSync(join(deathsFolder(home), armedFile), String(most))
}

/** From now on nobody dies any more. */
export function disarm(home: string): void {
  rmSync(join(deathsFolder(home), armedFile))
}

/** The texts of what was written, and was not seen to be. */
export function deaths(home: string): string[] {
  const folder = deathsFolder(home)
  return readdirSync(folder)
    .filter((name) => name !== armedFile)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

import { existsSync, readFileSync } from 'node:fs'
import type { Config } from '../config.js'
import { describeHome } from '../stack/home.js'

/** The key that the workers have: the environment's, or the one that `npm start` made for its own Postgres. */
export function encryptionKeyOf(config: Config): { encryptionKey?: Uint8Array } {
  if (config.encryptionKey !== undefined) return { encryptionKey: config.encryptionKey }
  if (config.databaseUrl !== undefined) return {}
  const { encryptionKeyFile } = describeHome(config.home)
  if (!existsSync(encryptionKeyFile)) return {}
  return { encryptionKey: Buffer.from(readFileSync(encryptionKeyFile, 'utf8').trim(), 'base64') }
}

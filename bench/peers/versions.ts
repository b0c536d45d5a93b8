import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../src/stack/project-root.js'

const ofPeers = ['bullmq', 'pg-boss', 'graphile-worker', '@dbos-inc/dbos-sdk']
const ofProject = ['@temporalio/worker', '@whiskeysockets/baileys']

/** Of what is installed. */
export function versions(): { [name: string]: string } {
  const root = projectRoot()
  return {
    node: process.versions.node,
    ...Object.fromEntries(ofPeers.map((name) => [name, versionOf(join(root, 'bench/peers'), name)])),
    ...Object.fromEntries(ofProject.map((name) => [name, versionOf(root, name)])),
  }
}

function versionOf(folder: string, name: string): string {
  const file = join(folder, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

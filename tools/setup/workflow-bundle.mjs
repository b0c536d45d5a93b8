import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './run.mjs'
import { contentHash, readStamp, removeStamp, writeStamp } from './stamp.mjs'

/** The workflows as one script, so that a worker starts without webpack (20 to 30 s on a small machine). */
export async function bundleWorkflows({ root, say, exclusively }) {
  const workflowsPath = join(root, 'src/workflows/index.ts')
  const bundleFile = join(root, 'dist/workflow-bundle.js')
  const stampFile = join(root, 'dist/.workflow-sources')
  const inputs = [
    'src/workflows',
    'src/protocol',
    'src/domain',
    'package-lock.json',
    'tools/setup/workflow-bundle.mjs',
  ]
  const isCurrent = () => existsSync(bundleFile) && readStamp(stampFile) === contentHash(root, inputs)
  if (isCurrent()) return
  await exclusively(async () => {
    if (isCurrent()) return
    const wanted = contentHash(root, inputs)
    say('Bundling the workflows')
    const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker')
    const messages = []
    const logger = new DefaultLogger('WARN', ({ message }) => messages.push(message))
    try {
      const interceptors = join(root, 'src/workflows/tracing.ts')
      const payloadConverterPath = join(root, 'src/workflows/payload-converter.ts')
      const { code } = await bundleWorkflowCode({
        workflowsPath,
        payloadConverterPath,
        workflowInterceptorModules: [interceptors],
        // Run once for all workflows, and not anew for each: what a workflow must not share is in `workflow-local.ts`.
        preloadModules: ['@temporalio/workflow', workflowsPath, interceptors],
        logger,
      })
      writeFileSync(`${bundleFile}.tmp`, code)
    } catch (error) {
      throw new SetupError(`Bundling the workflows failed: ${error.message}\n\n${messages.join('\n')}`)
    }
    removeStamp(stampFile)
    renameSync(`${bundleFile}.tmp`, bundleFile)
    writeStamp(stampFile, wanted)
  })
}

import type { OpenApi, Operation, Schema } from '../v1/openapi.js'
import { html, prose, raw, type Html } from './html.js'
import { schemaHtml, schemaName } from './schema.js'

export const styles = `
:root { color-scheme: light dark; --line: #8884; --quiet: #777; --fill: #8881; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 70rem; padding: 1rem }
h1 { margin: 0 } h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem } h4 { margin: 1rem 0 .3rem }
nav a { margin-right: 1rem }
code, pre, .path { font-family: ui-monospace, monospace; font-size: .9em }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0 }
summary { cursor: pointer; padding: .4rem .7rem; display: flex; gap: .8rem; align-items: baseline; flex-wrap: wrap }
details > div { padding: 0 1rem 1rem }
.method { font-weight: 700; font-size: .75rem; min-width: 4rem; text-transform: uppercase }
.get { color: #1a7f37 } .post { color: #0969da } .patch { color: #9a6700 } .delete { color: #cf222e }
.quiet { color: var(--quiet); font-size: .9em }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0 }
ul.fields { list-style: none; padding-left: 1rem; border-left: 2px solid var(--line); margin: .3rem 0 }
`

/** The whole reference. Everything in it is escaped, though all of it is ours. */
export function docsHtml(document: OpenApi): string {
  const { info, paths, components } = document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Carillon: the HTTP API</title>
        ${raw(`<style>${styles}</style>`)}
      </head>
      <body>
        <h1>Carillon: the HTTP API</h1>
        <p>${prose(info.description)}</p>
        <p class="quiet">
          Version ${info.version}. <a href="/v1/openapi.json">OpenAPI 3.1</a>. Where nothing else is said, a
          request needs the header <code>Authorization: Bearer &lt;token&gt;</code>.
        </p>
        <nav>
          ${document.tags.map(({ name }) => html`<a href="#${anchor(name)}">${name}</a>`)}
          <a href="#schemas">Schemas</a>
        </nav>
        ${document.tags.map(
          ({ name }) =>
            html`<h2 id="${anchor(name)}">${name}</h2>
              ${operations
                .filter(({ operation }) => operation.tags.includes(name))
                .map((one) => operationHtml(one))}`,
        )}
        <h2 id="schemas">Schemas</h2>
        ${Object.entries(components.schemas).map(
          ([name, schema]) =>
            html`<details id="schema-${name}">
              <summary><code>${name}</code></summary>
              <div>${schemaHtml(schema)}</div>
            </details>`,
        )}
      </body>
    </html>`
  return page.text
}

function operationHtml({
  path,
  method,
  operation,
}: {
  path: string
  method: string
  operation: Operation
}): Html {
  const { summary, description, parameters, requestBody, responses, operationId } = operation
  return html`<details id="${operationId}">
    <summary>
      <span class="method ${method}">${method}</span> <span class="path">${path}</span>
      <span class="quiet">${prose(summary)}</span>
    </summary>
    <div>
      ${description.split('\n\n').map((text) => html`<p>${prose(text)}</p>`)}
      ${
        parameters.length > 0 &&
        html`<h4>Parameters</h4>
          <table>
            ${parameters.map(
              (one) =>
                html`<tr>
                  <td><code>${one.name}</code></td>
                  <td class="quiet">${one.in}${one.required === true ? ', required' : ''}</td>
                  <td>${schemaName(one.schema)}</td>
                  <td>${prose(one.description ?? '')}</td>
                </tr>`,
            )}
          </table>`
      }
      ${
        requestBody &&
        html`<h4>Body${requestBody.required ? '' : ' (may be missing)'}</h4>
          ${contents(requestBody.content)}`
      }
      <h4>Answers</h4>
      <table>
        ${Object.entries(responses).map(
          ([status, response]) =>
            html`<tr>
              <td><code>${status}</code></td>
              <td>
                ${prose(response.description)}
                ${Number(status) < 300 && response.content && contents(response.content)}
              </td>
            </tr>`,
        )}
      </table>
    </div>
  </details>`
}

function contents(content: Record<string, { schema: Schema }>): Html[] {
  return Object.entries(content).map(
    ([type, { schema }]) =>
      html`<div class="quiet">${type}</div>
        ${schemaHtml(schema)}`,
  )
}

function anchor(name: string): string {
  return name.toLowerCase()
}

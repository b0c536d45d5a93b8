/** Of this answer of the server: style sheets that are put into the page need it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

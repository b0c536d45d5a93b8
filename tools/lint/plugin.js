/**
 * Carillon's own lint rules. A caught error is either used or the reason it may be dropped is part of the
 * code (a named, underscore-prefixed binding and a comment): `catch {}` once hid a dead queue for a week.
 */
const noBareCatch = {
  meta: {
    type: 'problem',
    messages: {
      binding: 'A catch without a binding hides the error: name it and use it.',
      empty: 'An empty catch hides the error: handle it, log it or rethrow it.',
    },
  },
  create(context) {
    return {
      CatchClause(node) {
        if (!node.param) context.report({ node, messageId: 'binding' })
        else if (node.body.body.length === 0) context.report({ node, messageId: 'empty' })
      },
      CallExpression(node) {
        const callee = node.callee
        if (callee.type !== 'MemberExpression' || callee.property.name !== 'catch') return
        const handler = node.arguments[0]
        if (handler?.type !== 'ArrowFunctionExpression' && handler?.type !== 'FunctionExpression') return
        if (handler.body.type === 'BlockStatement' && handler.body.body.length === 0)
          context.report({ node: handler, messageId: 'empty' })
      },
    }
  },
}

export default { meta: { name: 'carillon' }, rules: { 'no-bare-catch': noBareCatch } }

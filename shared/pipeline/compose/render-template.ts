// Template and values → policy. Fills holes in a parsed tree; there is no text to escape from.

import type { Policy, Statement } from '../../ram/policy.ts';
import type {
  PolicyTemplate,
  TemplateStatement,
  TemplateText,
} from '../../rules/document/policy-template.ts';
import type { Bindings } from './bind-variables.ts';

function renderText(text: TemplateText, bindings: Bindings): string {
  return text
    .map((segment) => {
      if (typeof segment === 'string') return segment;
      const value = bindings.get(segment.variable);
      if (value === undefined) throw new Error('a template hole was not bound'); // parsePolicyTemplate forbids it
      return value;
    })
    .join('');
}

const renderStatement = (statement: TemplateStatement, bindings: Bindings): Statement => ({
  effect: statement.effect,
  actions: statement.actions,
  resources: statement.resources.map((text) => renderText(text, bindings)),
  conditions: statement.conditions.map((condition) => ({
    ...condition,
    values: condition.values.map((text) => renderText(text, bindings)),
  })),
});

export function renderTemplate(template: PolicyTemplate, bindings: Bindings): Policy {
  return {
    version: '1',
    statements: template.statements.map((statement) => renderStatement(statement, bindings)),
  };
}

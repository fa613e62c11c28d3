// What a page says of something that it asks about: names and values.
import type { Child } from 'hono/jsx';

export type ShownFact = readonly [name: string, fact: Child];

export const FactList = ({ facts }: { readonly facts: readonly ShownFact[] }) => (
  <dl class="facts">
    {facts.map(([name, fact]) => (
      <div class="fact">
        <dt>{name}</dt>
        <dd class="fact-said">{fact}</dd>
      </div>
    ))}
  </dl>
);

// The stages of the pipeline, in their order. Folders are named after them, a stage's first file says which it is, the audit
// row says at which a request ended, and the picture in docs/how-it-works.md shows them; tests hold all of that to this list.

export const STAGES = ['authenticate', 'limit', 'grants', 'decide', 'compose', 'assume', 'audit'] as const;

export type PipelineStage = (typeof STAGES)[number];

// What is wrong with a document as YAML, and where.

export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

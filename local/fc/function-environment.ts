// The environment of a function instance: what s.yaml says and the platform adds. The parent's stays outside.
import type { FunctionSpec } from './read-deployment.ts';

/** Function Compute refuses more (help: Environment variables). */
const MAX_ENVIRONMENT_BYTES = 4 * 1024;

export function functionEnvironment(
  spec: FunctionSpec,
  instance: { readonly accountId: string; readonly instanceId: string; readonly port: number },
): Record<string, string> {
  const reserved = Object.keys(spec.environmentVariables).filter((name) => name.startsWith('FC_'));
  if (reserved.length > 0) throw new Error(`s.yaml sets reserved variables: ${reserved.join(', ')}`);
  const bytes = Object.entries(spec.environmentVariables).reduce(
    (total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new Error(
      `the environment of ${spec.functionName} has ${bytes} bytes, at most ${MAX_ENVIRONMENT_BYTES}`,
    );
  }
  return {
    ...spec.environmentVariables,
    FC_ACCOUNT_ID: instance.accountId,
    FC_CUSTOM_LISTEN_PORT: String(instance.port),
    FC_FUNC_CODE_PATH: spec.codeFolder,
    FC_FUNCTION_MEMORY_SIZE: String(spec.memorySize),
    FC_FUNCTION_NAME: spec.functionName,
    FC_INSTANCE_ID: instance.instanceId,
    FC_REGION: spec.region,
  };
}

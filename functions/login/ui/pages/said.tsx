// The one way in which a name that somebody chose gets onto a page: of a person, a device, a passkey, a connection, a role's
// project and description. It stays on its line, and moves nothing around it.
import { isWrittenFromTheRight, showable } from '../../../../shared/kernel/showable.ts';

interface SaidProps {
  readonly name: string;
  /** The sentence that it stands in. */
  readonly in?: (name: string) => string;
}

/** Stands for the name while the sentence is cut around it; no sentence has one. */
const PLACE = '\uE000';

export const Said = ({ name, in: sentence = (alone) => alone }: SaidProps) => {
  const shown = showable(name);
  if (!isWrittenFromTheRight(shown)) return <>{sentence(shown)}</>;
  const [before = '', after = ''] = sentence(PLACE).split(PLACE);
  return (
    <>
      {before}
      <bdi>{shown}</bdi>
      {after}
    </>
  );
};

import type { Proof, SecondStep } from '../../access/sign-in.ts';
import { isOn, type Call } from './call.ts';
import { nasClock } from './nas-clock.ts';
import { questionIn } from './question-texts.ts';
import type { XmlElement } from './xml.ts';

/** What a call gives to pass the second step. A code decides where there is an answer as well. */
export function proofOf({ parameters }: Call): Proof | undefined {
  const code = parameters.get('security_code');
  if (code !== undefined) return { kind: kindOfCode(code), code };
  const answer = parameters.get('security_answer');
  return answer === undefined ? undefined : { kind: 'answer', answer };
}

/** All codes come in one parameter: they are told by what they look like. */
function kindOfCode(code: string): 'code' | 'email-code' | 'recovery-code' {
  if (/^\d{8}$/.test(code)) return 'email-code';
  const bare = code.replace(/[\s-]/g, '');
  return /^[A-Za-z0-9]{16}$/.test(bare) ? 'recovery-code' : 'code';
}

/** What is asked for after the password. `errorValue` is -1 where a proof was not taken. */
export function secondStepElements(
  call: Call,
  step: SecondStep,
  { errorValue, sendResult }: { errorValue: 0 | -1; sendResult?: number | undefined },
): readonly XmlElement[] {
  const { alternative, lengthOfCode } = step;
  return [
    ['authPassed', 0],
    ['errorValue', errorValue],
    ['need_2sv', 1],
    ['lost_phone', lostPhone(step)],
    ['emergency_try_count', alternative.tries],
    ['emergency_try_limit', alternative.limit],
    ['security_code_length', lengthOfCode],
    ...(sendResult === undefined ? [] : ([['send_result', sendResult]] as const)),
    ...(isOn(call, 'get_question') ? question(step, call.parameters.get('q_lang')) : []),
    ...nasClock(call.appliance.services),
  ];
}

/** The way for whoever has lost the phone; -1: tried too often. */
function lostPhone({ methods, alternative }: SecondStep): number {
  if (alternative.tries >= alternative.limit) return -1;
  if (methods.includes('email')) return 1;
  return methods.includes('question') ? 2 : 3;
}

function question(step: SecondStep, language: string | undefined): readonly XmlElement[] {
  if (step.question === undefined) return [];
  return [
    ['security_question_no', step.question.number],
    ['security_question_text', questionIn(step.question, language)],
  ];
}

// What pages say of command lines, in Simplified Chinese.
import type { Messages } from './messages.ts';

export const ZH_CN_COMMAND_LINE: Pick<Messages, 'commandLine' | 'device'> = {
  commandLine: {
    title: '在命令行登录？',
    asks: (name) => `此电脑上的命令行请求以 ${name} 的身份登录。`,
    callsItself: (device) => `它称此电脑为“${device}”。`,
    gets: (end) => `登录后，它可以像您在此处一样使用您的角色，最迟至 ${end}。`,
    notYou: '如果不是您刚刚在此电脑上发起的，请取消：可能有人试图盗用您的权限。',
    goOn: '继续',
    cancel: '取消',
    asSomebodyElse: '重新登录，或以其他身份登录',
  },

  device: {
    title: '输入终端显示的代码',
    lead: '在要登录的机器上运行 stint login，即可看到代码。',
    code: '代码',
    unknown: '代码无效、已被处理或已过期。请再次查看您的终端。',
    goOn: '继续',
    confirmTitle: '允许该机器登录？',
    asks: (name) => `另一台机器上的命令行请求以 ${name} 的身份登录。`,
    callsItself: '自称',
    notSaid: '未提供',
    askedAt: '请求时间',
    address: '来源地址',
    yourAddress: '您的地址',
    notKnown: '未知',
    phishing: '如果此代码或本页链接是他人发给您的，请拒绝：否则发送者将能以您的身份操作。',
    sure: (code) => `我自己的终端显示 ${code}，并且是我本人在那里发起的。`,
    approve: '允许',
    deny: '拒绝',
    approved: { title: '该机器已登录', text: '请返回终端。您可以关闭此页。' },
    denied: { title: '已拒绝该机器', text: '如果代码是他人发给您的，请告知安全团队。' },
    toSessions: '查看我的会话',
  },
};

"""Invented names of persons, with their reading.

Each surname may go with one or two of the given syllables. No name made this way occurs in the
published sources; a test tries them all where the sources lie beside the checkout.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

_SURNAMES = """
赵 zhao 钱 qian 孙 sun 李 li 周 zhou 吴 wu 郑 zheng 王 wang 冯 feng 陈 chen 褚 chu 卫 wei
蒋 jiang 沈 shen 韩 han 杨 yang 朱 zhu 秦 qin 尤 you 许 xu 何 he 施 shi 张 zhang 孔 kong
曹 cao 严 yan 华 hua 金 jin 魏 wei 陶 tao 姜 jiang 戚 qi 谢 xie 邹 zou 喻 yu 柏 bai 窦 dou
章 zhang 苏 su 潘 pan 葛 ge 范 fan 彭 peng 鲁 lu 韦 wei 马 ma 苗 miao 方 fang 俞 yu 任 ren
袁 yuan 柳 liu 鲍 bao 史 shi 唐 tang 费 fei 薛 xue 雷 lei 贺 he 倪 ni 汤 tang 滕 teng 殷 yin
罗 luo 毕 bi 郝 hao 邬 wu 安 an 常 chang 乐 yue 于 yu 傅 fu 卞 bian 齐 qi 康 kang 伍 wu
余 yu 顾 gu 孟 meng 黄 huang 穆 mu 萧 xiao 尹 yin 姚 yao 邵 shao 湛 zhan 汪 wang 祁 qi
毛 mao 狄 di 米 mi 臧 zang 计 ji 成 cheng 戴 dai 宋 song 庞 pang 熊 xiong 纪 ji 舒 shu
屈 qu 项 xiang 祝 zhu 董 dong 梁 liang 杜 du 阮 ruan 蓝 lan 闵 min 席 xi 季 ji 贾 jia 路 lu
江 jiang 童 tong 颜 yan 郭 guo 梅 mei 盛 sheng 林 lin 钟 zhong 徐 xu 邱 qiu 骆 luo 高 gao
夏 xia 蔡 cai 田 tian 樊 fan 胡 hu 凌 ling 霍 huo 虞 yu 万 wan 支 zhi 柯 ke 管 guan 卢 lu
莫 mo 房 fang 解 xie 应 ying 宗 zong 丁 ding 宣 xuan 邓 deng 单 shan 杭 hang 洪 hong 包 bao
左 zuo 石 shi 崔 cui 吉 ji 龚 gong 程 cheng 邢 xing 裴 pei 陆 lu 荣 rong 翁 weng 荀 xun
甄 zhen 曲 qu 封 feng 储 chu 靳 jin 段 duan 巫 wu 焦 jiao 谷 gu 车 che 侯 hou 全 quan 班 ban
仰 yang 秋 qiu 仲 zhong 宫 gong 宁 ning 仇 qiu 栾 luan 甘 gan 厉 li 祖 zu 武 wu 符 fu 刘 liu
景 jing 詹 zhan 束 shu 龙 long 叶 ye 司 si 黎 li 白 bai 蒲 pu 从 cong 索 suo 赖 lai 卓 zhuo
蔺 lin 屠 tu 蒙 meng 池 chi 乔 qiao 曾 zeng 查 zha 盖 ge
"""
_GIVEN = """
若 ruo 汐 xi 玥 yue 昀 yun 霁 ji 澍 shu 翊 yi 彧 yu 沅 yuan 芷 zhi 蘅 heng 樾 yue
苒 ran 恪 ke 昉 fang 骞 qian 瑄 xuan 皓 hao 煜 yu 铄 shuo 淇 qi 涵 han 滢 ying 璟 jing
琬 wan 珺 jun 琰 yan 皎 jiao 岚 lan 曦 xi 晗 han 晞 xi 昱 yu 旻 min 轲 ke 屿 yu 栩 xu
桐 tong 楷 kai 榕 rong 槿 jin 澜 lan 潇 xiao 濯 zhuo 焓 han 炜 wei 熙 xi 翎 ling 翰 han
萦 ying 蓁 zhen 蔚 wei 蕴 yun 谧 mi 谦 qian 逸 yi 遥 yao 钰 yu 铮 zheng 雯 wen 霖 lin
韬 tao 颀 qi 黛 dai 洵 xun 沐 mu 澈 che 亦 yi 予 yu 之 zhi 舟 zhou 言 yan 禾 he 卿 qing
辞 ci 笙 sheng 鹭 lu 棠 tang 茉 mo 笺 jian 绮 qi 朔 shuo 颂 song 徽 hui 忱 chen
"""


def _table(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


SURNAMES = _table(_SURNAMES)
GIVEN = _table(_GIVEN)


class Name(NamedTuple):
    """One name: in Chinese, in English order of the passport, and as searched in pinyin."""

    zh: str
    en: str
    pinyin: str


def draw_name(random: Random) -> Name:
    """An invented name; three in four have two given syllables, and never the same twice."""
    surname, surname_read = random.choice(SURNAMES)
    first, first_read = random.choice(GIVEN)
    second, second_read = random.choice(GIVEN) if random.random() < 0.75 else ("", "")
    if second == first:
        second, second_read = "", ""
    read = first_read + second_read
    return Name(
        surname + first + second,
        f"{surname_read.capitalize()} {read.capitalize()}",
        f"{surname_read} {read}",
    )

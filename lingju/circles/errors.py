"""Everything the engine refuses, each with a sentence an officer can act on.

    CircleError                  the base: a code, the data, a Chinese sentence
    ├── StreetFileError          a file of streets that cannot be imported
    │   ├── UnknownFileType      neither .osm.pbf nor .osm
    │   ├── BrokenStreetFile     truncated, or not what its name says
    │   ├── NoWays               readable, but holds no way at all
    │   └── NoWalkableWay        holds ways, none of them for feet
    ├── NetworkFileError         a saved network that cannot be opened
    │   ├── NotANetworkFile      another kind of file
    │   ├── WrongNetworkVersion  written by another version of this software
    │   └── DamagedNetworkFile   shorter, longer or other than it was written
    ├── CoordinateError          a place that cannot be put on the map
    │   ├── UnlabelledCrs        nobody said which coordinate system it is in
    │   ├── UnknownCrs           a label that we do not know
    │   ├── BadCoordinate        not a number, or not on the globe
    │   └── OutOfNetwork         outside the streets that were imported
    ├── BadEdges                 edge arrays that do not describe a network
    ├── UnknownProfile           a walking profile that nobody wrote down
    ├── BadProfile               a profile without a number, a source or sense
    ├── BeyondTheTable           a limit longer than the times that were computed
    └── UnknownPace              an age band whose walking profile was not computed

Pages and the command line show `str(refusal)`; this floor has no gettext, so the sentence is Chinese.
"""

from typing import Any, ClassVar


class CircleError(Exception):
    """Refuse with a sentence: `code` names the reason, `data` fills the sentence, `str()` reads it."""

    code: ClassVar[str] = "circle_error"
    sentence: ClassVar[str] = "步行圈计算无法继续。"

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(self.sentence.format(**data))


class StreetFileError(CircleError):
    """Refuse a file of streets. Data: path."""

    code = "street_file"
    sentence = "路网文件“{path}”无法导入。"


class UnknownFileType(StreetFileError):
    """Refuse a file whose name ends in neither .osm.pbf nor .osm. Data: path."""

    code = "street_file_type_unknown"
    sentence = "不认识文件“{path}”的类型：请提供 .osm.pbf 或 .osm 格式的路网文件。"


class BrokenStreetFile(StreetFileError):
    """Refuse a file that ends too early or is not what its name says. Data: path, detail."""

    code = "street_file_broken"
    sentence = "路网文件“{path}”不完整或已损坏，请重新下载后再导入。（技术信息：{detail}）"


class NoWays(StreetFileError):
    """Refuse a file without any way. Data: path."""

    code = "street_file_without_ways"
    sentence = "路网文件“{path}”里没有任何道路，请确认导出时包含了道路（way）。"


class NoWalkableWay(StreetFileError):
    """Refuse a file whose ways are all closed to walkers. Data: path, ways."""

    code = "street_file_without_walkable_way"
    sentence = "路网文件“{path}”里有 {ways} 条线，但没有一条可供步行，请确认下载范围包含街道。"


class NetworkFileError(CircleError):
    """Refuse a saved network. Data: path."""

    code = "network_file"
    sentence = "步行路网文件“{path}”无法打开。"


class NotANetworkFile(NetworkFileError):
    """Refuse a file that this software did not write. Data: path."""

    code = "network_file_foreign"
    sentence = "“{path}”不是本系统生成的步行路网文件，请重新导入街道数据。"


class WrongNetworkVersion(NetworkFileError):
    """Refuse a network of another format version. Data: path, found, wanted."""

    code = "network_file_version"
    sentence = "步行路网文件“{path}”是第 {found} 版格式，本系统使用第 {wanted} 版，请重新导入街道数据。"


class DamagedNetworkFile(NetworkFileError):
    """Refuse a network whose bytes are not those that were written. Data: path, detail."""

    code = "network_file_damaged"
    sentence = "步行路网文件“{path}”已损坏({detail}),请从备份恢复或重新导入街道数据。"


class CoordinateError(CircleError):
    """Refuse a coordinate."""

    code = "coordinate"
    sentence = "坐标无法使用。"


class UnlabelledCrs(CoordinateError):
    """Refuse a coordinate without the name of its system."""

    code = "crs_unlabelled"
    sentence = (
        "坐标没有注明坐标系。WGS-84、GCJ-02（高德、腾讯）与 BD-09（百度）之间相差数百米，"
        "请先注明坐标系再导入。"
    )


class UnknownCrs(CoordinateError):
    """Refuse a coordinate system that we cannot convert. Data: label."""

    code = "crs_unknown"
    sentence = "不认识坐标系“{label}”，请使用 WGS-84、GCJ-02 或 BD-09。"


class BadCoordinate(CoordinateError):
    """Refuse what is not a longitude and latitude in degrees. Data: lon, lat."""

    code = "coordinate_bad"
    sentence = "坐标（经度 {lon}，纬度 {lat}）不在地球上，请检查是否把经度和纬度写反了。"


class OutOfNetwork(CoordinateError):
    """Refuse a point outside the imported streets. Data: lon, lat."""

    code = "coordinate_out_of_network"
    sentence = "坐标（经度 {lon:.6f}，纬度 {lat:.6f}）不在已导入的街道范围内，请检查坐标系或扩大路网范围。"


class BadEdges(CircleError):
    """Refuse arrays that do not describe a network. Data: detail."""

    code = "edges_bad"
    sentence = "路网数据不自洽：{detail}。"


class UnknownProfile(CircleError):
    """Refuse a walking profile without an entry in profiles.toml. Data: profile, known."""

    code = "profile_unknown"
    sentence = "没有名为“{profile}”的步行人群，可选：{known}。"


class BeyondTheTable(CircleError):
    """Refuse a limit that the computed times do not reach. Data: minutes, table_minutes."""

    code = "limit_beyond_the_table"
    sentence = "步行时间只算到 {table_minutes:g} 分钟，答不了 {minutes:g} 分钟的问题，请加大计算范围。"


class UnknownPace(CircleError):
    """Refuse to count an age band without the times of its pace. Data: band, profile."""

    code = "pace_unknown"
    sentence = "年龄段“{band}”按“{profile}”的步子走，可是没有算过这种步子的时间。"


class BadProfile(CircleError):
    """Refuse an entry of a profile file. Data: profile, detail."""

    code = "profile_bad"
    sentence = "步行人群“{profile}”的设置有误：{detail}。"

//! Xweibo: what a site offers its writers, `emotions` and `getProvinces`, which the document only names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::admin::{call_here, done_here};
use crate::support::xweibo::{NOBODY, act, allow_anonymous, assert_rst, done, rst};
use crate::support::{BAI, Reply, World};

async fn offered(world: &World) -> Value {
    rst(&act(world, BAI, "emotions", &[]).await)
}

/// As whoever is bound to no member, where the site lets that in.
async fn as_nobody(world: &World, name: &str) -> Reply {
    allow_anonymous(world, name).await;
    act(world, NOBODY, name, &[]).await
}

#[tokio::test]
async fn the_operator_says_which_emotions_there_are() {
    let world = World::new().await;
    assert_rst(&act(&world, BAI, "emotions", &[]).await, "[]");
    assert_eq!(done_here(&world, &["xweibo", "show"]).await["emotions"], 0);
    // Sina's own list has more than is kept.
    let list = json!([
        {"phrase": "[哈哈]", "type": "face", "url": "http://img.example/haha.gif", "is_hot": true,
         "is_common": true, "order_number": 9, "category": ""},
        {"phrase": "[蛋糕]", "url": "https://img.example/cake.gif", "category": "节日"},
        {"phrase": "[跳]", "type": "ani", "url": "http://img.example/jump.swf"},
    ]);
    let set = ["xweibo", "set", "--emotions", &list.to_string()];
    assert_eq!(done_here(&world, &set).await["emotions"], 3);
    world.pass(61);
    let expected = concat!(
        r#"[{"phrase":"[哈哈]","type":"face","url":"http://img.example/haha.gif","is_hot":true,"category":""},"#,
        r#"{"phrase":"[蛋糕]","type":"face","url":"https://img.example/cake.gif","is_hot":false,"category":"节日"},"#,
        r#"{"phrase":"[跳]","type":"ani","url":"http://img.example/jump.swf","is_hot":false,"category":""}]"#,
    );
    assert_rst(&act(&world, BAI, "emotions", &[]).await, expected);
    assert_rst(&as_nobody(&world, "emotions").await, expected);

    // Other settings leave it as it is, and it them.
    done_here(&world, &["xweibo", "set", "--source", "微圈"]).await;
    assert_eq!(done_here(&world, &["xweibo", "show"]).await["emotions"], 3);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emotions.json");
    let one = r#"[{"phrase":"[一]","url":"http://img.example/1.gif"}]"#;
    std::fs::write(&file, one).unwrap();
    let from_file = format!("@{}", file.display());
    done_here(&world, &["xweibo", "set", "--emotions", &from_file]).await;
    world.pass(61);
    assert_eq!(offered(&world).await.as_array().unwrap().len(), 1);
    let long = format!("http://img.example/{}", "x".repeat(257 << 10));
    for (bad, why) in [
        ("x", "expected value"),
        ("{}", "expected a sequence"),
        (r#"[{"phrase":"[一]"}]"#, "missing field `url`"),
        (r#"[{"url":"http://a.cn"}]"#, "missing field `phrase`"),
        (
            r#"[{"phrase":" ","url":"http://a.cn"}]"#,
            "without `phrase`",
        ),
        (
            r#"[{"phrase":"[一]","url":"javascript:x"}]"#,
            "does not begin with",
        ),
        (
            &json!([{"phrase": "[一]", "url": long}]).to_string(),
            "more than 256 KiB",
        ),
        ("@/nowhere", "/nowhere"),
    ] {
        let before = world.dump().await;
        let said = call_here(&world, &["xweibo", "set", "--emotions", bad]).await;
        assert!(
            said.as_ref().is_err_and(|said| said.contains(why)),
            "{said:?}"
        );
        assert_eq!(world.dump().await, before);
    }
    done_here(&world, &["xweibo", "set", "--emotions", ""]).await;
    world.pass(61);
    assert_eq!(offered(&world).await, json!([]));
}

#[tokio::test]
async fn provinces_and_cities_have_sinas_numbers() {
    let world = World::new().await;
    let answer = rst(&act(&world, BAI, "getProvinces", &[]).await);
    assert_eq!(rst(&as_nobody(&world, "getProvinces").await), answer);

    let provinces = answer["provinces"].as_array().unwrap();
    let ids: Vec<u64> = provinces
        .iter()
        .map(|p| p["id"].as_u64().unwrap())
        .collect();
    let of_china = [
        11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51,
        52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
    ];
    assert_eq!(of_china.len(), 34);
    assert_eq!(ids, [&of_china[..], &[100, 400]].concat());
    let mut names = BTreeSet::new();
    let mut cities = BTreeMap::new();
    for (id, province) in ids.iter().zip(provinces) {
        assert_eq!(province.as_object().unwrap().len(), 3, "{province}");
        assert!(
            names.insert(province["name"].as_str().unwrap()),
            "{province}"
        );
        let mut numbers = Vec::new();
        for city in province["citys"].as_array().unwrap() {
            let (number, name) = city.as_object().unwrap().iter().next().unwrap();
            assert_eq!(city.as_object().unwrap().len(), 1, "{city}");
            numbers.push(number.parse::<u16>().unwrap());
            cities.insert(
                (*id, number.parse::<u16>().unwrap()),
                name.as_str().unwrap(),
            );
        }
        assert_eq!(numbers.pop(), Some(1000), "{province}");
        assert_eq!(cities[&(*id, 1000)], "不限");
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert!(
            numbers.first().is_none_or(|first| *first == 1),
            "{numbers:?}"
        );
    }
    // Where the numbers skip, and the last of each province that has such a place.
    for (province, city, name) in [
        (11, 8, "海淀区"),
        (11, 9, "门头沟区"),
        (11, 11, "房山区"),
        (11, 28, "密云县"),
        (11, 29, "延庆县"),
        (12, 21, "宁河县"),
        (12, 25, "蓟县"),
        (13, 11, "衡水"),
        (14, 23, "吕梁"),
        (15, 26, "乌兰察布盟"),
        (15, 29, "阿拉善盟"),
        (22, 24, "延边朝鲜族自治州"),
        (23, 27, "大兴安岭"),
        (31, 1, "黄浦区"),
        (31, 3, "卢湾区"),
        (31, 10, "杨浦区"),
        (31, 12, "闵行区"),
        (31, 15, "浦东新区"),
        (31, 20, "奉贤区"),
        (31, 30, "崇明县"),
        (34, 8, "安庆"),
        (34, 10, "黄山"),
        (34, 18, "宣城"),
        (42, 5, "宜昌"),
        (42, 28, "恩施土家族苗族自治州"),
        (43, 31, "湘西土家族苗族自治州"),
        (44, 3, "深圳"),
        (44, 12, "肇庆"),
        (44, 20, "中山"),
        (44, 53, "云浮"),
        (46, 90, "其他"),
        (50, 15, "长寿区"),
        (50, 22, "綦江县"),
        (50, 38, "巫溪县"),
        (50, 40, "石柱土家族自治县"),
        (50, 84, "南川市"),
        (51, 3, "自贡"),
        (51, 13, "南充"),
        (51, 34, "凉山"),
        (52, 24, "毕节"),
        (52, 27, "黔南"),
        (53, 29, "大理"),
        (53, 35, "临沧"),
        (54, 26, "林芝"),
        (62, 30, "甘南"),
        (63, 25, "海南"),
        (63, 28, "海西"),
        (65, 32, "和田"),
        (65, 43, "阿勒泰"),
        (71, 2, "高雄"),
        (81, 1, "香港"),
        (82, 1, "澳门"),
        (400, 1, "美国"),
        (400, 16, "其他"),
    ] {
        assert_eq!(
            cities.get(&(province, city)),
            Some(&name),
            "{province} {city}"
        );
    }
    assert_eq!(
        (provinces[0]["name"].as_str(), provinces[2]["name"].as_str()),
        (Some("北京"), Some("河北"))
    );
    assert_eq!(
        provinces[34],
        json!({"id": 100, "name": "其他", "citys": [{"1000": "不限"}]})
    );
    assert_eq!(cities.len(), 447 + 36);
}

#[tokio::test]
async fn every_province_and_city_is_one_that_a_profile_takes() {
    let world = World::new().await;
    let answer = rst(&act(&world, BAI, "getProvinces", &[]).await);
    let last = answer["provinces"].as_array().unwrap().last().unwrap();
    let province = last["id"].to_string();
    for city in last["citys"].as_array().unwrap() {
        let city = city.as_object().unwrap().keys().next().unwrap();
        let params = [("province", &*province), ("city", city)];
        done(&world, BAI, "saveProfile", &params).await;
    }
}

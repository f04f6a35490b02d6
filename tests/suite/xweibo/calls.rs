//! Xweibo: how a call is addressed, answered and signed (xweibo sections 1, 5.3 and 7).

use crate::support::vectors::VECTORS;
use crate::support::xweibo::*;
use crate::support::{BAI, Call, STAR, World, refs};

#[tokio::test]
async fn update_is_reached_by_the_query_and_then_by_the_path_in_any_case() {
    let world = World::new().await;
    let others = [
        "/?m=api%2Fweibo%2Faction.update",
        "/?x=1&m=api/weibo/action.update&y=2",
        "/api/weibo/action.nosuch?m=api/weibo/action.update",
        "/index.php/api/weibo/action.nosuch?m=api/weibo/action.update",
        "/?m=api/weibo/action.nosuch&m=api/weibo/action.update",
        // Segments behind a route in the path are values of the query.
        "/index.php/api/weibo/action.update/api_uid-10000/x-1",
    ];
    for target in others {
        let mut fields = signed(&world, &[("text", target)]);
        fields.retain(|(name, _)| !target.contains(name.as_str()));
        let reply = world.send(Call::post(target).form(&refs(&fields))).await;
        assert_eq!(accepted(&reply)["tx"], target);
    }
    for name in ["update", "Update", "UPDATE", "uPdAtE"] {
        for target in addresses(&[&format!("action.{name}")]) {
            let reply = reach(&world, BAI, &target, &[("text", &*target)]).await;
            assert_eq!(accepted(&reply)["tx"], target);
        }
    }
    let both = Call::post("/api/weibo/action.update?m=api/weibo/action.nosuch");
    let fields = signed(&world, &[("text", "哈哈")]);
    let reply = world.send(both.form(&refs(&fields))).await;
    refused(&reply, UNKNOWN_OPERATION);
}

#[tokio::test]
async fn unknown_operations_are_told_with_and_without_a_signature() {
    let world = World::new().await;
    let before = world.dump().await;
    let fields = signed(&world, &[("text", "哈哈")]);
    for m in [
        "api/weibo/action.nosuch",
        "api/weibo/action.update2",
        "api/weibo/action._update",
        "api/weibo/action.",
        "api/weibo/action",
        "api/weibo/update",
        "api/weibo/other.update",
        "api/Weibo/action.update",
        "api/weibo/Action.update",
        "api/weibo/action.update%00",
        "index",
    ] {
        for base in ["/?m=", "/index.php?m="] {
            let target = format!("{base}{m}");
            let reply = world.send(Call::post(&target).form(&refs(&fields))).await;
            refused(&reply, UNKNOWN_OPERATION);
            refused(&world.send(Call::get(&target)).await, UNKNOWN_OPERATION);
        }
    }
    for path in [
        "/api/weibo/action.nosuch",
        "/index.php/api/weibo/action.nosuch",
        "/api/weibo/action._update",
    ] {
        let reply = world.send(Call::post(path).form(&refs(&fields))).await;
        refused(&reply, UNKNOWN_OPERATION);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn the_route_is_never_read_from_the_body() {
    let world = World::new().await;
    let before = world.dump().await;
    let m = ("m", "api/weibo/action.update");
    let fields = signed(&world, &[m, ("text", "哈哈")]);
    for path in ["/", "/index.php"] {
        let form = Call::post(path).form(&refs(&fields));
        assert_ne!(world.send(form).await.json()["errno"], 0);
        let multipart = Call::post(path).multipart(&refs(&fields));
        assert_ne!(world.send(multipart).await.json()["errno"], 0);
    }
    let unknown = Call::post("/?m=api/weibo/action.nosuch").form(&refs(&fields));
    refused(&world.send(unknown).await, UNKNOWN_OPERATION);
    assert_eq!(world.dump().await, before);

    let other = ("m", "api/weibo/action.nosuch");
    accepted(&update(&world, &[other, ("text", "哈哈")]).await);
}

#[tokio::test]
async fn a_body_is_a_form_or_multipart() {
    let world = World::new().await;
    let fields = signed(&world, &[("text", "multipart & 哈哈\r\n二")]);
    let reply = world.send(Call::post(UPDATE).multipart(&refs(&fields)));
    assert_eq!(accepted(&reply.await)["tx"], "multipart & 哈哈\r\n二");

    let fields = signed(&world, &[("text", "a+b & 哈哈")]);
    let body = weiquan::form_data::encode(refs(&fields)).replace("%20", "+");
    for content_type in [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded",
    ] {
        let reply = world
            .send(Call::post(UPDATE).body(content_type, body.as_bytes()))
            .await;
        assert_eq!(accepted(&reply)["tx"], "a+b & 哈哈");
        accepted(&update(&world, &[("text", "又一条")]).await);
    }
}

#[tokio::test]
async fn api_parameters_are_read_from_query_or_body() {
    let world = World::new().await;
    for in_query in [
        vec!["api_sign"],
        vec!["api_uid", "api_time"],
        vec!["api_sign", "api_uid", "api_time"],
    ] {
        let text = in_query.join(" ");
        let (query, body): (Fields, Fields) = signed(&world, &[("text", &*text)])
            .into_iter()
            .partition(|(name, _)| in_query.contains(&name.as_str()));
        let call = Call::post(UPDATE).query(&refs(&query)).form(&refs(&body));
        assert_eq!(accepted(&world.send(call).await)["tx"], text);
    }
}

#[tokio::test]
async fn of_a_parameter_given_twice_the_body_and_then_the_last_counts() {
    let world = World::new().await;
    let fields = signed(&world, &[("text", "body 1"), ("text", "body 2")]);
    let call = Call::post(UPDATE)
        .query(&[("text", "query"), ("api_sign", "wrong"), ("api_uid", "9")])
        .form(&refs(&fields));
    assert_eq!(accepted(&world.send(call).await)["tx"], "body 2");

    let fields = signed(&world, &[]);
    let call = Call::post(UPDATE)
        .query(&[("text", "query 1"), ("text", "query 2")])
        .form(&refs(&fields));
    assert_eq!(accepted(&world.send(call).await)["tx"], "query 2");
}

#[tokio::test]
async fn the_documented_signature_vector_is_accepted() {
    let world = World::new().await;
    change_site(&world, |site| {
        site.akey = "ak".into();
        site.skey = "sk".to_owned();
    })
    .await;
    let fields = |sign, text| {
        [
            ("api_uid", "10000"),
            ("api_time", "1300000000"),
            ("api_sign", sign),
            ("text", text),
        ]
    };
    let vector = fields(&*VECTORS.xweibo[0], "一");
    accepted(&world.send(Call::post(UPDATE).form(&vector)).await);

    let with_api_key = fields(&VECTORS.xweibo[1], "二");
    let call = Call::post(UPDATE).form(&with_api_key);
    refused(&world.send(call.clone()).await, WRONG_SIGN);
    change_site(&world, |site| site.api_key = "k1".to_owned()).await;
    accepted(&world.send(call).await);
    refused(
        &world.send(Call::post(UPDATE).form(&vector)).await,
        WRONG_SIGN,
    );
}

#[tokio::test]
async fn the_signed_name_is_as_spelled_canonical_or_lower_case() {
    let world = World::new().await;
    let uid = world.member(BAI).site_uid.clone();
    for (spelled, name, good) in [
        ("update", "update", true),
        ("UPDATE", "UPDATE", true),
        ("UPDATE", "update", true),
        ("UPDATE", "Update", false),
        ("update", "Update", false),
        ("update", "action.update", false),
        ("update", "api/weibo/action.update", false),
        ("update", "", false),
    ] {
        let text = format!("{spelled} {name}");
        let target = format!("/?m=api/weibo/action.{spelled}");
        let fields = signed_at(&world, &uid, &now(&world), name, &[("text", &*text)]);
        let reply = world.send(Call::post(&target).form(&refs(&fields))).await;
        if good {
            assert_eq!(accepted(&reply)["tx"], text);
        } else {
            refused(&reply, WRONG_SIGN);
        }
    }
}

#[tokio::test]
async fn wrong_and_missing_signatures_change_nothing() {
    let world = World::new().await;
    let before = world.dump().await;
    let good = signed(&world, &[("text", "哈哈")]);
    let with = |name: &str, value: &str| {
        let mut fields = good.clone();
        fields.retain(|(own, _)| own != name);
        fields.push((name.to_owned(), value.to_owned()));
        fields
    };
    let right = good[2].1.clone();
    let shifted = (world.now().as_second() + 1).to_string();
    let other = world.member(STAR).site_uid.as_str();
    for fields in [
        with("api_sign", "0"),
        with("api_sign", &"0".repeat(32)),
        with("api_sign", &right.to_uppercase()),
        with("api_sign", &right[..31]),
        with("api_sign", &format!("{right}0")),
        with("api_time", &shifted),
        with("api_uid", other),
    ] {
        let reply = world.send(Call::post(UPDATE).form(&refs(&fields))).await;
        refused(&reply, WRONG_SIGN);
    }
    let mut unsigned = good.clone();
    unsigned.remove(2);
    let call = Call::post(UPDATE).form(&refs(&unsigned));
    refused(&world.send(call.clone()).await, NO_SIGN);
    refused(&world.send(call.query(&[("_", "1")])).await, NO_SIGN);
    refused(&world.send(Call::post(UPDATE)).await, NO_SIGN);
    assert_eq!(world.dump().await, before);
}

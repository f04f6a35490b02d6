fn main() -> shared::runtime::Outcome {
    shared::runtime::run(&qzone_get_user_info::OPERATION)
}

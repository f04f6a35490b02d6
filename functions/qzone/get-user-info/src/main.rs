fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&qzone_get_user_info::OPERATION)
}
